using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;

namespace Microsoft.ML.Diffusion.Fuzzing.Scoring;

/// <summary>Many threads fill the same rows with one default model for a long time: every answer must be the first one, and memory must
/// stay as it is.</summary>
internal static class ScoringSoak
{
    private const int Count = 200;

    // What may come and go beside what stays.
    private const double Slack = 8e6;

    private static readonly TimeSpan s_training = TimeSpan.FromSeconds(20);

    /// <summary>Fills rows until the time is over.</summary>
    /// <param name="threads">How many do so at once.</param>
    /// <param name="seconds">How long.</param>
    /// <returns>The number of failures.</returns>
    public static int Run(int threads, long seconds)
    {
        var ml = new MLContext(seed: 1);
        SoakRow[] rows = SoakRow.Simulate(Count);
        InputOutputColumnPair[] columns = [.. SoakRow.Columns.Select(name => new InputOutputColumnPair(name))];
        var method = new ConditionalOptions { Draws = true, MaxTrainingTime = s_training };
        DiffusionImputeTransformer model = ml.Transforms.DiffusionImpute(columns, new() { Method = method }).Fit(ml.Data.LoadFromEnumerable(rows));
        using var stop = new CancellationTokenSource();
        var soak = new Soak(ml, model, rows, stop.Token);
        Task[] tasks = [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(soak.Fill, TaskCreationOptions.LongRunning))];
        var clock = Stopwatch.StartNew();
        List<double> held = [];
        for (int tenth = 0; tenth <= 10; tenth++)
        {
            // What is warmed up in the first seconds is no growth.
            var until = TimeSpan.FromSeconds(tenth == 0 ? Math.Min(10, seconds / 10.0) : seconds * tenth / 10.0);
            Thread.Sleep(until > clock.Elapsed ? until - clock.Elapsed : TimeSpan.Zero);
            held.Add(GC.GetTotalMemory(forceFullCollection: true));
            Console.WriteLine(
                $"{clock.Elapsed.TotalSeconds,4:F0} s: {soak.Rows} rows, {held[^1] / 1e6:F1} MB managed, "
                + $"{Environment.WorkingSet / 1e6:F0} MB of the process, "
                + $"answers that differ: {soak.Guesses} guesses, {soak.Draws} draws, {soak.Tables} tables");
        }

        stop.Cancel();
        Task.WaitAll(tasks);
        bool grows = held[^1] > held[0] + Slack;
        if (grows)
            Console.WriteLine($"memory grew from {held[0] / 1e6:F1} to {held[^1] / 1e6:F1} MB");
        return (soak.Guesses + soak.Draws + soak.Tables > 0 ? 1 : 0) + (grows ? 1 : 0);
    }

    /// <summary>One model that several threads use, each with an engine of its own, as ML.NET asks for.</summary>
    private sealed class Soak
    {
        private readonly MLContext _ml;
        private readonly DiffusionImputeTransformer _model;
        private readonly SoakRow[] _rows;
        private readonly SoakRow[] _filled;
        private readonly double[][] _drawn;
        private readonly CancellationToken _stop;
        private long _count;
        private long _guesses;
        private long _draws;
        private long _tables;

        public Soak(MLContext ml, DiffusionImputeTransformer model, SoakRow[] rows, CancellationToken stop)
        {
            (_ml, _model, _rows, _stop) = (ml, model, rows, stop);
            _filled = Transformed();
            _drawn = [.. Enumerable.Range(0, rows.Length).Select(Draw)];
        }

        public long Rows => Interlocked.Read(ref _count);

        /// <summary>Best guesses of a row that were not the first one.</summary>
        public long Guesses => Interlocked.Read(ref _guesses);

        /// <summary>Draws for a row, likewise.</summary>
        public long Draws => Interlocked.Read(ref _draws);

        /// <summary>Tables, likewise.</summary>
        public long Tables => Interlocked.Read(ref _tables);

        public void Fill()
        {
            using PredictionEngine<SoakRow, SoakRow> engine = _ml.Model.CreatePredictionEngine<SoakRow, SoakRow>(_model);
            var answer = new SoakRow();
            for (int round = 0; !_stop.IsCancellationRequested; round++)
            {
                for (int i = 0; i < _rows.Length && !_stop.IsCancellationRequested; i++)
                {
                    engine.Predict(_rows[i], ref answer);
                    Count(answer.IsSame(_filled[i]), ref _guesses);
                }

                int row = round % _rows.Length;
                Count(Draw(row).AsSpan().SequenceEqual(_drawn[row]), ref _draws);
                if (round % 10 > 0)
                    continue;
                SoakRow[] all = Transformed();
                Count(all.Zip(_filled, (one, other) => one.IsSame(other)).All(same => same), ref _tables);
            }
        }

        private void Count(bool isSame, ref long differences)
        {
            Interlocked.Increment(ref _count);
            if (!isSame)
                Interlocked.Increment(ref differences);
        }

        private SoakRow[] Transformed() =>
            [.. _ml.Data.CreateEnumerable<SoakRow>(_model.Transform(_ml.Data.LoadFromEnumerable(_rows)), reuseRowObject: false)];

        private double[] Draw(int row)
        {
            double[] cells = new double[_model.Model.Columns.Count];
            Array.Fill(cells, double.NaN, cells.Length / 2, cells.Length - cells.Length / 2);
            _model.Model.Draw(cells, cells, seed: 1, (ulong)row);
            return cells;
        }
    }
}
