using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>Shows progress as lines of plain text, every few seconds, for logs and pipes.</summary>
internal sealed class LineDisplay(TextWriter error) : Display
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    protected override void Show(string line)
    {
        lock (_lock)
            error.WriteLine(line);
    }

    public override T Run<T>(string stage, Func<IProgress<StageProgress>, T> work) => work(new Lines(this, stage));

    private sealed class Lines(LineDisplay display, string stage) : IProgress<StageProgress>
    {
        private long _last = Stopwatch.GetTimestamp();

        public void Report(StageProgress value)
        {
            long last = Volatile.Read(ref _last);
            long now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(last, now) < s_interval || Interlocked.CompareExchange(ref _last, now, last) != last)
                return;
            string[] parts = [string.Create(CultureInfo.InvariantCulture, $"{stage}: {value.Fraction * 100:F0} %"), value.TimeLeft, value.Detail];
            display.Say(string.Join(", ", parts.Where(part => part.Length > 0)));
        }
    }
}
