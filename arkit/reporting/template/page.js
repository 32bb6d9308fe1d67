// Draws every figure of the page from its own JSON, and fits the figures to the paper when the page is printed.
"use strict";
(() => {
  // Plotly speaks English: months and days of a Chinese page's date axes.
  const months = Array.from({ length: 12 }, (_, i) => `${i + 1}月`);
  const days = ["日", "一", "二", "三", "四", "五", "六"];
  const chinese = {
    moduleType: "locale",
    name: "zh-CN",
    dictionary: {},
    format: {
      days: days.map((day) => `星期${day}`),
      shortDays: days.map((day) => `周${day}`),
      months,
      shortMonths: months,
      year: "%Y年",
      month: "%Y年%-m月",
      dayMonth: "%-m月%-d日",
      dayMonthYear: "%Y年%-m月%-d日",
      date: "%Y-%m-%d",
    },
  };
  const config = {
    responsive: true,
    displayModeBar: false,
    displaylogo: false,
    showTips: false,
    doubleClick: "reset",
    locale: document.documentElement.lang,
    locales: { "zh-CN": chinese },
  };
  // A finger that drags wants to scroll the page, not to zoom a chart.
  const touch = window.matchMedia("(pointer: coarse)").matches;
  const charts = [...document.querySelectorAll(".chart")];

  const drawn = charts.map((chart) => {
    const figure = JSON.parse(chart.parentElement.querySelector(".chart-data").textContent);
    const layout = { ...figure.layout, autosize: true };
    delete layout.width;
    delete layout.title; // the caption says it
    layout.margin = { ...layout.margin, t: 8 };
    if (touch) layout.dragmode = false;
    return Plotly.newPlot(chart, figure.data, layout, { ...figure.config, ...config });
  });
  // Whoever prints or tests the page can wait for this.
  Promise.all(drawn).then(() => {
    document.documentElement.dataset.charts = "drawn";
  });

  const PAPER = 660; // CSS pixels between the margins of A4 and Letter
  window.addEventListener("beforeprint", () => {
    for (const chart of charts) Plotly.relayout(chart, { autosize: false, width: PAPER });
  });
  window.addEventListener("afterprint", () => {
    for (const chart of charts) Plotly.relayout(chart, { autosize: true, width: null });
  });
})();
