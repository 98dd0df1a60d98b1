"""The other half of against-pytorch.sh: the same networks, batches, loss and optimizer in PyTorch, in turn with ours.
  against_pytorch.py PATH_OF_ENGINE [CASE ...]"""
import ctypes
import os
import statistics
import subprocess
import sys
import time

ROUNDS, SECONDS = 3, 2.0
CASES = ["mlp-256-256-256-b256", "res-64x4-b64", "res-64x4-b1024", "tabddpm-census-b1024", "tabddpm-census-b4096",
         "sample-census-T100", "row-256-256-256", "row-res-64x4", "gemm-256", "gemm-1024"]

try:
    import torch
    from torch import nn
except ImportError:
    torch = None


def network(name):
    if "census" in name:
        return perceptron([107, 256, 1024, 1024, 1024, 1024, 256, 107], nn.ReLU), 107, 107
    if "res-64x4" in name:
        return residual(32, 64, 4), 32, 32
    return perceptron([24, 256, 256, 256, 16], nn.SiLU), 24, 16


def perceptron(widths, activation):
    layers = []
    for i in range(len(widths) - 1):
        layers.append(nn.Linear(widths[i], widths[i + 1]))
        if i + 2 < len(widths):
            layers.append(activation())
    return nn.Sequential(*layers)


def residual(columns, width, blocks):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))

        def forward(self, x):
            return x + self.inner(x)

    return nn.Sequential(nn.Linear(columns, width), *[Block() for _ in range(blocks)], nn.Linear(width, columns))


def training_step(name):
    net, inputs, outputs = network(name)
    batch = int(name.rsplit("-b", 1)[1])
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    x, y = torch.randn(batch, inputs), torch.randn(batch, outputs)

    def run():
        optimizer.zero_grad(set_to_none=True)
        nn.functional.mse_loss(net(x), y).backward()
        optimizer.step()

    return run, 1


def row(name):
    net, inputs, _ = network(name)
    x = torch.randn(1, inputs)

    def run():
        with torch.no_grad():
            net(x)

    return run, 1


def sampling(name, rows=1000, steps=100):
    net, inputs, _ = network(name)

    def run():
        with torch.no_grad():
            x = torch.randn(rows, inputs)
            for t in range(steps, 0, -1):
                beta = 1e-4 + 0.02 * t / steps
                x = (x - beta * 2 * net(x)) / (1 - beta) ** 0.5 + beta ** 0.5 * torch.randn(rows, inputs)

    return run, rows


def product(name):
    """OpenBLAS itself, called directly."""
    n = int(name.split("-")[1])
    blas = ctypes.CDLL("libopenblas.so.0")
    a, b, c = (torch.randn(n, n) for _ in range(3))
    pointer, one, zero = (lambda t: ctypes.c_void_p(t.data_ptr())), ctypes.c_float(1), ctypes.c_float(0)

    def run():
        blas.cblas_sgemm(101, 111, 111, n, n, n, one, pointer(a), n, pointer(b), n, zero, pointer(c), n)

    def threads(count):
        blas.openblas_set_num_threads(count)

    run.threads = threads
    return run, 2 * n ** 3


def case(name):
    kind = name.split("-")[0]
    return {"row": row, "sample": sampling, "gemm": product}.get(kind, training_step)(name)


def measure(run, count, seconds):
    runs, start = 0, time.perf_counter()
    while True:
        run()
        runs += 1
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return runs * count / elapsed


def main():
    ours = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(name, threads):
        ours.stdin.write(f"{name} {threads} {SECONDS}\n")
        return float(ours.stdout.readline())

    processors = len(os.sched_getaffinity(0))
    if torch is None:
        print("# PyTorch is not installed: ours alone", flush=True)
    for name in sys.argv[2:] or CASES:
        mine, theirs, shares = [], [], []
        if torch is not None:
            run, count = case(name)
            for _ in range(3):
                run()
        for _ in range(ROUNDS):
            mine.append(ask(name, processors))
            if name.startswith("gemm"):
                shares.append(mine[-1] / ask("peak", processors))
            if torch is None:
                continue
            best = 0.0
            for threads in sorted({1, processors}):
                torch.set_num_threads(threads)
                getattr(run, "threads", lambda _: None)(threads)
                best = max(best, measure(run, count, SECONDS / 2))
            theirs.append(best)
        if theirs:
            ratio = statistics.median(m / t for m, t in zip(mine, theirs))
            print(f"{name} {statistics.median(mine):.4g} {statistics.median(theirs):.4g} {ratio:.2f}", flush=True)
        else:
            print(f"{name} {statistics.median(mine):.4g} - -", flush=True)
        if shares:
            print(f"# {name}: {statistics.median(shares):.0%} of the peak of the processor's multiply-adds", flush=True)


main()
