using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>Turns Ctrl-C, a request to terminate and a closed terminal into cancellation. At the second one the process ends at once, after
/// unfinished output files are removed.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt() => _registrations =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
        {
            OutputFile.RemoveUnfinished();
            OutputFolder.RemoveUnfinished();
            Environment.Exit(ExitCode.Interrupted);
        }

        _source.Cancel();
    }
}
