// Draws the charts of the dashboard. Each has its figures in a JSON script, and a table of the
// same below it; a bar leads to the list of cases that it counts.
(() => {
  const MOTION = window.matchMedia("(prefers-reduced-motion: reduce)");
  const LONGEST_LABEL = 20;
  const numbers = new Intl.NumberFormat(document.querySelector(".cp-page")?.dataset.locale, { numberingSystem: "latn" });

  function colour(box, name) {
    return getComputedStyle(box).getPropertyValue(`--chart-${name}`).trim();
  }

  function short(label) {
    const letters = [...label];
    return letters.length > LONGEST_LABEL ? `${letters.slice(0, LONGEST_LABEL - 1).join("")}…` : label;
  }

  function dataset(box, kind, series) {
    const own = colour(box, series.colour);
    const common = {
      label: series.label,
      data: series.values,
      backgroundColor: own,
      hoverBackgroundColor: own,
      borderColor: own,
      hoverBorderColor: own,
    };
    if (kind === "line") {
      return {
        ...common,
        borderWidth: 2,
        pointRadius: 3,
        pointHoverRadius: 5,
        pointHitRadius: 12,
        pointBackgroundColor: own,
        pointBorderColor: own,
        pointHoverBackgroundColor: own,
        spanGaps: true,
      };
    }
    // A bar of few beside one of many stays visible.
    return { ...common, borderRadius: 3, maxBarThickness: 28, minBarLength: 2 };
  }

  function follow(box, series, points) {
    if (!points.length) return;
    const { datasetIndex, index } = points[0];
    const url = series[datasetIndex].urls[index];
    if (url) {
      window.location.assign(url);
    } else if (series[datasetIndex].values[index]) {
      const table = document.getElementById(box.dataset.table);
      table.open = true;
      table.querySelector("summary").focus();
    }
  }

  function scales(box, kind, series) {
    const text = { color: colour(box, "text"), font: { family: getComputedStyle(box).fontFamily, size: 12 } };
    const values = {
      beginAtZero: true,
      border: { display: false },
      grid: { color: colour(box, "grid") },
      ticks: {
        ...text,
        maxRotation: 0,
        maxTicksLimit: kind === "bars" ? 4 : 6,
        includeBounds: false,
        callback: (value) => (kind !== "line" && value % 1 ? "" : numbers.format(value)),
      },
    };
    // Lying bars take the whole width; up to the next round number there may be as much again.
    if (kind === "bars") values.max = Math.max(1, ...series.flatMap((each) => each.values));
    const names = {
      border: { color: colour(box, "grid") },
      grid: { display: false },
      ticks: {
        ...text,
        maxRotation: 0,
        autoSkip: kind !== "bars",
        autoSkipPadding: 16,
        callback(value) {
          return short(this.getLabelForValue(value));
        },
      },
    };
    return kind === "bars" ? { x: values, y: names } : { x: names, y: values };
  }

  function options(box, { kind, titles, series }) {
    return {
      indexAxis: kind === "bars" ? "y" : "x",
      maintainAspectRatio: false,
      responsive: true,
      animation: MOTION.matches ? false : { duration: 250 },
      interaction: {
        mode: kind === "columns" ? "nearest" : "index",
        axis: kind === "bars" ? "y" : "x",
        intersect: false,
      },
      scales: scales(box, kind, series),
      plugins: {
        legend: { display: false },
        tooltip: {
          backgroundColor: colour(box, "tooltip"),
          titleColor: colour(box, "tooltip-text"),
          bodyColor: colour(box, "tooltip-text"),
          displayColors: false,
          callbacks: {
            title: (items) => titles[items[0].dataIndex],
            label: ({ datasetIndex, dataIndex }) =>
              `${series[datasetIndex].label}: ${series[datasetIndex].shown[dataIndex]}`,
          },
        },
      },
      onClick: (event, points) => follow(box, series, points),
      onHover: (event, points) => {
        event.native.target.style.cursor = points.length ? "pointer" : "default";
      },
    };
  }

  function draw(box) {
    const data = JSON.parse(document.getElementById(box.dataset.source).textContent);
    box.hidden = false;
    if (data.kind === "bars") box.style.height = `${data.labels.length * 30 + 40}px`;
    Chart.getChart(box.firstElementChild)?.destroy();
    new Chart(box.firstElementChild, {
      type: data.kind === "line" ? "line" : "bar",
      data: {
        labels: data.labels,
        datasets: data.series.map((series) => dataset(box, data.kind, series)),
      },
      options: options(box, data),
    });
  }

  function drawAll() {
    document.querySelectorAll(".cp-chart").forEach(draw);
  }

  if (!window.Chart) return;
  drawAll();
  // The theme's switch, and the system's own where the theme follows it, change this class.
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["class"] });
  MOTION.addEventListener("change", drawAll);
})();
