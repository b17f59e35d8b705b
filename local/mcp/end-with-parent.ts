/**
 * Loaded into a bridge's proxy before the proxy itself: its standard input is a pipe that nobody writes to and that the system closes
 * when the process at the other end is gone, killed or not. The proxy leads a process group, and takes the server behind it along.
 */
process.stdin.on('error', () => undefined);
process.stdin.once('close', () => process.kill(-process.pid, 'SIGKILL'));
process.stdin.resume();
