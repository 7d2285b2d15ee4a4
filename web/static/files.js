// Files of a ticket: chosen, dropped on the card or pasted as a screenshot,
// sent at once with a bar that moves; what is typed in other forms stays.
(function () {
  'use strict';
  const { $, $$, csrf, toast } = window.huiyin;
  const card = () => $('[data-attachments]');
  const form = () => $('form[data-upload]');
  const size = (n) => n >= 1048576 ? (n / 1048576).toFixed(1).replace('.0', '') + ' MB' : Math.ceil(n / 1024) + ' KB';

  function told(box, lines) {
    box.textContent = '';
    lines.forEach((line) => {
      const p = document.createElement('p');
      p.className = 'fault';
      p.setAttribute('role', 'alert');
      p.dataset.test = 'upload-fault';
      p.textContent = line;
      box.appendChild(p);
    });
  }

  // What the server would refuse anyway is said before ten megabytes travel.
  function faults(f, files) {
    const most = Number(f.dataset.most), largest = Number(f.dataset.largest), lines = [];
    if (files.length > most) lines.push('一次最多上传 ' + most + ' 个文件，现在是 ' + files.length + ' 个');
    files.forEach((file) => {
      if (file.size === 0) lines.push('“' + file.name + '”是空文件');
      if (file.size > largest) lines.push('“' + file.name + '”有 ' + size(file.size) + '，最大 ' + size(largest));
    });
    return lines;
  }

  function send(files) {
    const f = form();
    if (!f || f.dataset.busy || !files.length) return;
    const box = $('[data-upload-told]', f);
    const wrong = faults(f, files);
    told(box, wrong);
    if (wrong.length) { $('input[type=file]', f).value = ''; return; }
    const body = new FormData(f);
    body.delete('files');
    files.forEach((file) => body.append('files', file, file.name));
    const bar = document.createElement('progress');
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute('aria-label', '上传进度');
    box.appendChild(bar);
    f.dataset.busy = '1';
    const request = new XMLHttpRequest();
    request.open('POST', f.action);
    request.setRequestHeader('X-Fragment', 'true');
    request.setRequestHeader('X-CSRF-Token', csrf());
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', (e) => { if (e.lengthComputable) bar.value = e.loaded / e.total; });
    const failed = (lines) => { delete f.dataset.busy; $('input[type=file]', f).value = ''; told(box, lines); };
    request.addEventListener('error', () => failed(['没有传完：连接断了。检查网络后再传一次，别处写好的内容都还在']));
    request.addEventListener('load', () => {
      let said;
      try { said = JSON.parse(request.responseText); } catch (_) { said = {}; }
      if (request.status === 200) { show(said, files.length); return; }
      if (request.status === 401) { failed(['登录已经过期，请在新的标签页登录后再传；这一页写好的内容都还在']); return; }
      failed((said.errors || []).map((e) => e.message).concat(said.errors ? [] : [said.detail || '没有传上去，请稍后再试']));
    });
    request.send(body);
  }

  // The ticket has moved on by this very step: forms that knew the version
  // before it know the new one; if somebody else was faster they do not.
  function show(said, n) {
    const host = document.createElement('div');
    host.innerHTML = said.html;
    card().replaceWith(host.firstElementChild);
    $$('input[name=version]').forEach((el) => { if (el.value === String(said.before)) el.value = said.version; });
    toast('已上传 ' + n + ' 个附件');
  }

  document.addEventListener('submit', (e) => {
    if (!e.target.matches('form[data-upload]')) return;
    e.preventDefault();
    const files = Array.from($('input[type=file]', e.target).files);
    if (!files.length) told($('[data-upload-told]', e.target), ['请选择要上传的文件']);
    send(files);
  });
  document.addEventListener('change', (e) => {
    if (e.target.matches('form[data-upload] input[type=file]')) send(Array.from(e.target.files));
  });
  const over = (on) => { const f = form(); if (f) f.classList.toggle('over', on); };
  document.addEventListener('dragover', (e) => {
    if (!form() || !Array.from(e.dataTransfer.types).includes('Files')) return;
    e.preventDefault();
    over(true);
  });
  document.addEventListener('dragleave', (e) => { if (!e.relatedTarget) over(false); });
  document.addEventListener('drop', (e) => {
    if (!form() || !e.dataTransfer.files.length) return;
    e.preventDefault();
    over(false);
    send(Array.from(e.dataTransfer.files));
  });
  document.addEventListener('paste', (e) => {
    const files = Array.from((e.clipboardData && e.clipboardData.files) || []);
    if (!form() || !files.length) return;
    // Word puts a picture of the text beside the text: then the text is meant.
    if (e.clipboardData.types.includes('text/plain') && e.target.closest('input, textarea')) return;
    e.preventDefault();
    send(files.map((f, i) => f.name && f.name !== 'image.png' ? f : new File([f], '截图' + (i ? i + 1 : '') + '.png', { type: f.type })));
  });
})();
