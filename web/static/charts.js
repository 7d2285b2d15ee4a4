// The dashboard's trend. Drawn on a canvas with its tooltip inside, so that the
// page needs no inline style.
(function () {
  'use strict';
  const el = document.getElementById('trend');
  if (!el || !window.echarts) return;
  const points = JSON.parse(el.dataset.trend || '[]');
  const css = getComputedStyle(document.body);
  const chart = window.echarts.init(el, null, { renderer: 'canvas' });
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  chart.setOption({
    animation: !still,
    animationDuration: 300,
    textStyle: { fontFamily: css.fontFamily },
    color: ['#1b5cb3', '#8fb7ea', '#c98513'],
    grid: { left: 8, right: 8, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 9, itemGap: 18, textStyle: { color: '#45525f', fontSize: 12.5 } },
    tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'shadow' }, textStyle: { fontSize: 12.5 } },
    xAxis: { type: 'category', data: points.map((p) => p.month.slice(2).replace('-', '年') + '月'), axisTick: { show: false }, axisLine: { lineStyle: { color: '#c3ccd7' } }, axisLabel: { color: '#5f6c7b', fontSize: 12 } },
    yAxis: { type: 'value', minInterval: 1, splitNumber: 4, splitLine: { lineStyle: { color: '#e9edf2' } }, axisLabel: { color: '#5f6c7b', fontSize: 12 } },
    series: [
      { name: '受理', type: 'bar', data: points.map((p) => p.received), barMaxWidth: 18, itemStyle: { borderRadius: [2, 2, 0, 0] } },
      { name: '办结', type: 'bar', data: points.map((p) => p.closed), barMaxWidth: 18, itemStyle: { borderRadius: [2, 2, 0, 0] } },
      { name: '月末在办', type: 'line', data: points.map((p) => p.open), symbolSize: 6, lineStyle: { width: 2 } },
    ],
  });
  chart.on('click', (e) => {
    const p = points[e.dataIndex];
    if (p && p.received !== null) location.href = '/dashboard?month=' + p.month;
  });
  window.addEventListener('resize', () => chart.resize());
})();
