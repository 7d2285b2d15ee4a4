// Shared worker: one event stream for all tabs of this browser.
'use strict';
const ports = new Set();
let last = null;
let stream = null;

function open() {
  if (stream) return;
  stream = new EventSource('/events');
  stream.addEventListener('counts', (e) => {
    last = JSON.parse(e.data);
    ports.forEach((p) => p.postMessage(last));
  });
  stream.onerror = () => {
    // A closed stream (signed out, server gone for good) is not retried by the
    // browser; look again in a while.
    if (stream && stream.readyState === EventSource.CLOSED) {
      stream = null;
      setTimeout(() => { if (ports.size) open(); }, 15000);
    }
  };
}

onconnect = (e) => {
  const port = e.ports[0];
  ports.add(port);
  port.onmessage = (m) => {
    if (m.data !== 'bye') return;
    ports.delete(port);
    if (!ports.size && stream) { stream.close(); stream = null; last = null; }
  };
  if (last) port.postMessage(last);
  open();
};
