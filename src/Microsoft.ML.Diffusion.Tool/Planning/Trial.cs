using System.Diagnostics;
using System.Reflection;
using Microsoft.ML.Diffusion.Core.Training;

namespace Microsoft.ML.Diffusion.Tool.Planning;

/// <summary>Measures a training and the rows of its model in a few seconds.</summary>
/// <param name="time">How long the training is watched, and how long rows are.</param>
/// <param name="cancel">Stops it.</param>
internal sealed class Trial(TimeSpan time, CancellationToken cancel)
{
    // Rows until code is compiled and caches are warm, as a share of the time.
    private const double WarmUp = 0.3;

    private static readonly MethodInfo s_reader = typeof(Trial).GetMethod(nameof(Reader), BindingFlags.NonPublic | BindingFlags.Static)!;

    // Rows between two looks at the clock.
    private const int RowsPerLook = 64;

    /// <summary>Begins a training, and stops it once it has told how long it will take.</summary>
    /// <param name="fit">Trains; told whom to tell and what stops it.</param>
    /// <param name="model">The model, where the training was over sooner.</param>
    /// <returns>How long the training takes, and the share of it that was seen.</returns>
    public (TimeSpan Whole, double Seen) Training<TModel>(
        Func<IProgress<TrainingProgress>, CancellationToken, TModel> fit, out TModel? model)
        where TModel : class
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = Stopwatch.StartNew();
        var watcher = new Watcher(time, enough);
        try
        {
            model = fit(watcher, enough.Token);
            return (watch.Elapsed, 1);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            model = null;
            TrainingProgress last = watcher.Last!;
            TimeSpan whole = last.Elapsed + last.Remaining!.Value;
            return (whole, last.Elapsed / whole);
        }
    }

    /// <summary>Reads rows until the time is over.</summary>
    /// <param name="rows">The rows; read again from the start where they end.</param>
    /// <returns>Seconds of one core that a row takes.</returns>
    public double SecondsPerRow(IDataView rows)
    {
        using var process = Process.GetCurrentProcess();
        var watch = Stopwatch.StartNew();
        TimeSpan start = default;
        long count = 0;
        bool isWarm = false;
        while (true)
        {
            using DataViewRowCursor cursor = rows.GetRowCursor(rows.Schema);
            // Views are lazy: a row is made or filled in where its values are asked for.
            Action[] readers = [.. rows.Schema.Select(column => ReaderOf(cursor, column))];
            long before = count;
            while (cursor.MoveNext())
            {
                foreach (Action read in readers)
                    read();
                count++;
                if (count % RowsPerLook != 0)
                    continue;
                cancel.ThrowIfCancellationRequested();
                if (!isWarm && watch.Elapsed > WarmUp * time)
                {
                    process.Refresh();
                    (isWarm, start, count, before) = (true, process.TotalProcessorTime, 0, -1);
                }
                else if (isWarm && watch.Elapsed > time)
                {
                    process.Refresh();
                    return (process.TotalProcessorTime - start).TotalSeconds / count;
                }
            }

            if (count == before)
                throw new InputException("There is no row to measure by; a table with rows was expected.");
        }
    }

    private static Action ReaderOf(DataViewRowCursor cursor, DataViewSchema.Column column) => (Action)s_reader
        .MakeGenericMethod(column.Type.RawType).Invoke(null, [cursor, column])!;

    private static Action Reader<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default!;
        return () => getter(ref value);
    }

    private sealed class Watcher(TimeSpan time, CancellationTokenSource enough) : IProgress<TrainingProgress>
    {
        public TrainingProgress? Last { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (value.Remaining is null || enough.IsCancellationRequested)
                return;
            Last = value;
            if (value.Elapsed > time)
                enough.Cancel();
        }
    }
}
