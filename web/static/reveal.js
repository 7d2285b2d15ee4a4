// What was revealed of a caller does not stay on the screen: after a while it
// is hidden again, as if the page had just been opened.
(function () {
  'use strict';
  document.addEventListener('htmx:afterSwap', (e) => {
    const shown = e.detail.target && e.detail.target.querySelector('[data-shown]');
    if (!shown) return;
    setTimeout(() => {
      if (!shown.isConnected) return;
      const p = document.createElement('p');
      p.className = 'help';
      p.dataset.test = 'hidden-again';
      p.textContent = '已重新隐去。要再看，请刷新页面并写明理由';
      shown.replaceWith(p);
    }, Number(shown.dataset.shown) * 1000);
  });
})();
