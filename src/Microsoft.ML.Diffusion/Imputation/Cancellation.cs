using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>A token that is cancelled when the caller's is, or when the MLContext is told to stop.</summary>
internal sealed class Cancellation : IDisposable
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _source;
    private readonly Timer _timer;

    public Cancellation(IHostEnvironment host, CancellationToken token)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(token);
        _timer = new Timer(_ => Look(host), state: null, s_lookEvery, s_lookEvery);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        // Waits for a look in progress, which would otherwise meet a disposed source.
        using var stopped = new ManualResetEvent(false);
        if (_timer.Dispose(stopped))
            stopped.WaitOne();
        _source.Dispose();
    }

    private void Look(IHostEnvironment host)
    {
        if (HostAccess.IsCanceled(host))
            _source.Cancel();
    }
}
