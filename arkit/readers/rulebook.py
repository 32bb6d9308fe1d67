"""Every rule of reading: what is wrong, and what to do."""

from __future__ import annotations

from arkit.messages import Message

RULES: dict[str, tuple[Message, Message]] = {
    # the file
    "no_such_file": (
        Message("there is no such file or folder"),
        Message("Check the path."),
    ),
    "unreadable_file": (
        Message("the file can not be read: {what}"),
        Message("Close it where it is open, or check your rights to it."),
    ),
    "empty_file": (
        Message("there is nothing in it"),
        Message("Export it again and look whether it has rows."),
    ),
    "no_tables": (
        Message("the folder holds no CSV or Parquet tables and {n} workbooks; it has: {files}"),
        Message("Give the path of one workbook, or of a folder with documents.csv and its companions."),
    ),
    "not_a_table": (
        Message("this is not a table ({what})"),
        Message("Export the ledger as CSV or as an Excel workbook."),
    ),
    "not_a_workbook": (
        Message("the workbook can not be opened ({what})"),
        Message("Open it in a spreadsheet, remove a password if it has one, and save it anew as .xlsx."),
    ),
    "too_large": (
        Message("it is too large: {what}, and the limit is {limit}"),
        Message("Split it, or export fewer columns or a shorter period."),
    ),
    "versioned_table": (
        Message("this is a table of {what}: its files also hold rows that it no longer has"),
        Message("Open it with that system's own reader, and give the frame to arkit.read."),
    ),
    "not_a_cell": (
        Message("the column holds {what}, which is no text, number or date"),
        Message("Leave the column out, or take from it the one value that is meant."),
    ),
    "missing_package": (
        Message("reading it needs the package {package}, which is not installed"),
        Message("Install it with pip, and try again."),
    ),
    # a database
    "not_a_database_url": (
        Message("this is not the address of a database, or of none that is known"),
        Message("Write it as postgresql+psycopg://user@host/name or sqlite:///ledger.db; an @ in a password is %40."),
    ),
    "no_connection": (
        Message("the database can not be opened ({what})"),
        Message("Check the address, the user and the password, and whether the database runs."),
    ),
    "no_such_table": (
        Message("the database has no such table; there are: {tables}"),
        Message("Give one of these as table=, or a statement as query=."),
    ),
    "no_table_named": (
        Message("which table of the database is meant? There are: {tables}"),
        Message("Give one of these as table=, or a statement as query=."),
    ),
    "not_a_query": (
        Message("the database does not run the statement ({what})"),
        Message("Give one SELECT; the database is only read."),
    ),
    "unknown_encoding": (
        Message("the encoding can not be told: it is neither UTF-8 nor Chinese GB 18030{hint}"),
        Message("Save it as CSV UTF-8."),
    ),
    "open_quote": (
        Message("a quotation mark is never closed and swallows the rows below it"),
        Message("Close it, or export with quotation marks doubled inside a cell."),
    ),
    "no_such_sheet": (
        Message("there is no sheet of this name; there are: {sheets}"),
        Message("Give one of these as sheet=."),
    ),
    "unknown_layout": (
        Message(
            "the layout is not known. Nearest: {profile}; recognised: {found}; missing: {missing}. Headers: {headers}"
        ),
        Message(
            "Have what was recognised written down (arkit check LEDGER --write-profile mine.yaml), name the missing "
            "columns in it and give it as the profile; or say which layout it is: {profiles}."
        ),
    ),
    "aged_balances": (
        Message("these are balances by age ({headers}), without the documents behind them"),
        Message("Export the detail, a row per document: from balances alone nothing can be checked or aged anew."),
    ),
    "several_layouts": (
        Message("it fits several layouts equally well: {profiles}"),
        Message("Say which one with profile=."),
    ),
    "several_tables": (
        Message("several tables fit {table}: {places}"),
        Message("Keep one of them, or name the sheet with sheet=."),
    ),
    "missing_column": (
        Message("no column for {missing}; there are: {headers}"),
        Message("Add the column, or rename the one that stands for it to {words}."),
    ),
    "no_customer_number": (
        Message("there is no column of customer numbers, only of names, and two customers can bear one name"),
        Message("Export the customer's number; or accept this rule where every name is one customer."),
    ),
    "duplicate_column": (
        Message("several columns stand for {name}: {headers}"),
        Message("Keep one of them."),
    ),
    "no_documents": (
        Message("no row of it is a document that can be used"),
        Message("Export it again and look whether it has rows."),
    ),
    "control_differs": (
        Message("the general ledger has {value}, this ledger has {ledger} on {day}: a difference of {difference}"),
        Message("Look for documents that one of the two lacks, or check the day; or accept the rule and go on."),
    ),
    # whole columns
    "ambiguous_date": (
        Message("the dates read both ways ({orders}): none, or next to none, has a day beyond the 12th"),
        Message('Say which with dates="dmy", dates="mdy" or dates="ymd", or export ISO dates (2026-01-31).'),
    ),
    "mixed_dates": (
        Message("most dates of the column are {order}, but this one can not be"),
        Message("Export the column in one form, best as ISO dates (2026-01-31)."),
    ),
    "half_converted_dates": (
        Message(
            "some cells are true dates and some are text: the spreadsheet has probably read some with day and "
            "month exchanged"
        ),
        Message("Import the original file anew with the right order; or give dates= if you are sure."),
    ),
    "ambiguous_number": (
        Message("the numbers read both ways: is it one thousand or a decimal?"),
        Message('Say which with decimal="." or decimal=",", or export two decimals.'),
    ),
    "mixed_numbers": (
        Message("most numbers of the column have the decimal mark {mark}, but this one can not"),
        Message("Export the column with one decimal mark."),
    ),
    # rows
    "ragged_row": (
        Message("the row does not have as many cells as the header"),
        Message("Put text that holds the delimiter into quotation marks."),
    ),
    "missing_value": (
        Message("{name} is empty"),
        Message("Every row needs a value here: fill it in at the source."),
    ),
    "not_a_date": (
        Message("this is not a date"),
        Message("Correct it, best as an ISO date (2026-01-31)."),
    ),
    "destroyed_date": (
        Message("a spreadsheet has destroyed this date"),
        Message("Export the file anew and do not save it from the spreadsheet."),
    ),
    "not_a_number": (
        Message("this is not a number"),
        Message("Correct it at the source."),
    ),
    "destroyed_id": (
        Message("a spreadsheet has rounded this number"),
        Message("Export anew, with the column as text."),
    ),
    "unknown_value": (
        Message("{name} must be one of {allowed}"),
        Message("Correct it, or add the word to the profile."),
    ),
    "unknown_currency": (
        Message("this is no ISO 4217 currency code"),
        Message("Give a code such as CNY, EUR or USD."),
    ),
    "duplicate_id": (
        Message("this number occurs more than once (first in row {first})"),
        Message("Remove the repeated row, or give each document its own number."),
    ),
    "fraction_of_a_cent": (
        Message("the amount has more decimals than its currency ({currency})"),
        Message("Round it at the source: what becomes of the rest is not ours to decide."),
    ),
    "amount_too_large": (
        Message("the amount is beyond any ledger"),
        Message("Check the row; amounts are in major units."),
    ),
    "wrong_sign": (
        Message("{kind}: this kind of document can not have this sign"),
        Message("Turn the sign, or give the document the kind that it really is."),
    ),
    "negative_amount": (
        Message("an application is positive; a negative one takes back an earlier one, and there is none so large"),
        Message("Turn the sign, or remove the row."),
    ),
    "not_open": (
        Message("the row says that the item is not open"),
        Message("Leave closed items out of an extract of open items."),
    ),
    "empty_open": (
        Message("the open amount is empty: nothing may be open, or nobody may have filled it in"),
        Message("Write 0 where nothing is open; or accept this rule where an empty cell says so."),
    ),
    "unknown_document": (
        Message("no document has this number"),
        Message("Add the document, or correct the number."),
    ),
    "currency_clash": (
        Message("the two documents are in different currencies ({currencies})"),
        Message("Apply in one currency; book the exchange as an adjustment."),
    ),
    "open_beyond_amount": (
        Message("more is open than the document's amount, or with the other sign"),
        Message("Book the excess as a document of its own: an over-payment as a payment, interest as a debit note."),
    ),
    "paid_beyond_amount": (
        Message("more was paid than the document's amount"),
        Message("Book the excess as a payment of its own."),
    ),
    "parts_do_not_add": (
        Message("paid and open together are more than the amount"),
        Message("Check the row: one of the three is wrong."),
    ),
    "settled_but_open": (
        Message("the row has a settlement day and is not settled in full"),
        Message("Remove the day, or correct what is open."),
    ),
    "lines_differ": (
        Message("the lines of one document do not agree in this column"),
        Message("Export one row a document, or correct the lines."),
    ),
    "follows_refused": (
        Message("it belongs to a document that was set aside"),
        Message("Mend that document."),
    ),
    # a work file
    "not_a_work_file": (
        Message("no sheet has the columns of a work list ({columns})"),
        Message("Give the file that write_worklist made; its header row must stay."),
    ),
    "not_in_list": (
        Message("{name} must be one of {allowed}"),
        Message("Choose from the list of the cell."),
    ),
    "not_positive": (
        Message("a promised amount is above 0"),
        Message("Correct it, or leave it empty where no amount was named."),
    ),
    "promised_before": (
        Message("the promised day lies before the contact"),
        Message("Correct the day of the contact or the promised day."),
    ),
    "no_contact_yet": (
        Message("the row was filled in, but {name} is empty"),
        Message("Give the day of the contact, or empty the row."),
    ),
    "no_promised_day": (
        Message("an amount is promised for no day"),
        Message("Give the promised day."),
    ),
    # warnings
    "no_currency": (
        Message("the file names no currency: its amounts are taken as one currency without a name"),
        Message("Give it with currency=, for example currency='CNY'."),
    ),
    "missing_due_date": (
        Message("{n} documents have no due date: their own date is taken"),
        Message("Fill in the due date, or the terms, at the source."),
    ),
    "due_before_issue": (
        Message("{n} items fall due before their own date"),
        Message("Check them: they are taken as they stand."),
    ),
    "settled_before_issue": (
        Message("{n} items were settled before their own date: an advance; it counts from the item's date"),
        Message("Check them."),
    ),
    "due_on_weekend": (
        Message("{n} items fall due on a Saturday or Sunday"),
        Message("Nothing need be done: they are late from the next day, unless your terms say otherwise."),
    ),
    "one_month_due": (
        Message("all {n} items fall due in one month ({month}): DSO and trends need more months"),
        Message("Export a year or more, settled documents included."),
    ),
    "seller_is_buyer": (
        Message("in {n} items the seller is the buyer: sales within the house are no claim on a customer"),
        Message("Leave them out at the source, if they are."),
    ),
    "names_no_document": (
        Message("{n} credits name a document that is not in the file: they stay unapplied"),
        Message("Export from an earlier day on, so that the documents are there."),
    ),
    "cleared_without_day": (
        Message("the item is cleared, but there is no day on which"),
        Message("Add the clearing date to the layout of the list, or export open items only."),
    ),
    "cleared_alone": (
        Message("{n} cleared items have no counterpart in the file: they are closed, but not counted as paid"),
        Message("Export all items of these customers, payments and credits with them."),
    ),
    "open_differs": (
        Message("{n} documents have another open amount in the file than their applications leave"),
        Message("Add what else closes them (adjustments, write-offs); until then the applications are taken."),
    ),
    "balance_differs": (
        Message("the running balance differs from the sum of the rows in {n} rows; here the rows add up to {sum}"),
        Message("Look for rows that are missing from the export, or an opening balance that was left out."),
    ),
    "dominant_row": (
        Message("this row holds {share} of all value in {currency}"),
        Message("Check the amount."),
    ),
    "several_names": (
        Message("{n} customers have several spellings of their name; the commonest is taken, the number is the key"),
        Message("Nothing need be done."),
    ),
    "shared_name": (
        Message("{n} names stand for more than one customer number; they are kept apart"),
        Message("Merge the numbers at the source if it is one customer."),
    ),
    "ids_differ_by_zeros": (
        Message("{n} customer numbers differ from another one only by leading zeros; they are kept apart"),
        Message("If a spreadsheet dropped the zeros, export the column as text."),
    ),
    "unused_table": (
        Message("it was not recognised as a table of the ledger, and not read"),
        Message("Nothing need be done, if it is none."),
    ),
    "total_differs": (
        Message("the total in this row is not the sum of the rows: {sum}"),
        Message("Look for rows that are missing from the export."),
    ),
}  # fmt: skip
