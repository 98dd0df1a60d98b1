using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>What a network says of cells of windows that it did not learn from.</summary>
/// <param name="trainer">Has the windows.</param>
/// <param name="table">The series.</param>
/// <param name="shape">The pictures.</param>
/// <param name="threads">How many threads; the result does not depend on it.</param>
internal sealed class HeldBackPictures(PictureTrainer trainer, SeriesTable table, PictureShape shape, int threads)
{
    // The windows that are asked about at once.
    private const int AtOnce = 8;

    /// <summary>Reads what is said of one of the windows that were asked about at once.</summary>
    private delegate void OfWindow(Asked asked, int window, ReadOnlySpan<float> said);

    /// <summary>Windows that were asked about at once: the number of the first, which pixels of them were hidden, and their
    /// numbers.</summary>
    private readonly record struct Asked(int First, int[][] Places, float[][] Truths);

    /// <summary>Missing cells and observed ones that are hidden, with what a network says of them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="share">The share of observed cells that are hidden.</param>
    /// <param name="most">About how many cells there are to be, at most.</param>
    /// <param name="random">Which are hidden, and which are taken.</param>
    /// <param name="cancel">Looked at now and then.</param>
    public List<HiddenCellRecord> Records(PictureNetwork network, float share, int most, Philox random, CancellationToken cancel)
    {
        float[] ofPixels = PixelRates();
        List<HiddenCellRecord> records = [];
        double kept = Math.Min(1, most / Math.Max(1.0, trainer.HeldBack.Length * (double)network.Steps * shape.Pixels * 0.7));
        Ask(network, share, random, (asked, i, said) =>
        {
            Philox chosen = random.Fork((ulong)asked.First).Fork(ulong.MaxValue - (ulong)i);
            var hidden = new Dictionary<int, float>();
            for (int j = 0; j < asked.Places[i].Length; j++)
                hidden[asked.Places[i][j]] = asked.Truths[i][j];
            Add(records, trainer.HeldBack[asked.First + i], asked.First + i, i, hidden, said, ofPixels, kept, chosen);
        }, cancel);
        return records;
    }

    /// <summary>How far numbers that are hidden lie from what a network says, in the deviations that it says.</summary>
    public double[] Scores(PictureNetwork network, float share, Philox random, CancellationToken cancel)
    {
        List<double> scores = [];
        Ask(network, share, random, (asked, i, said) =>
        {
            for (int j = 0; j < asked.Places[i].Length; j++)
            {
                int place = 2 * asked.Places[i][j];
                scores.Add((asked.Truths[i][j] - said[place]) / PictureLoss.Deviation(said[place + 1]));
            }
        }, cancel);
        return [.. scores];
    }

    /// <summary>Asks a network about all windows, some at once, and hands each to somebody.</summary>
    private void Ask(PictureNetwork network, float share, Philox random, OfWindow read, CancellationToken cancel)
    {
        using var engine = new ManagedEngine(threads);
        using Tape tape = engine.CreateTape(training: false);
        (int Series, int Start)[] windows = trainer.HeldBack;
        for (int first = 0; first < windows.Length; first += AtOnce)
        {
            cancel.ThrowIfCancellationRequested();
            tape.Reset();
            (int Series, int Start)[] part = windows[first..Math.Min(first + AtOnce, windows.Length)];
            (Tensor output, int[][] places) =
                trainer.Forward(network, tape, part, random.Fork((ulong)first), share, default, out float[][] truths);
            for (int i = 0; i < part.Length; i++)
                read(new Asked(first, places, truths), i, output.Data);
        }
    }

    private void Add(
        List<HiddenCellRecord> records, (int Series, int Start) window, int number, int place, Dictionary<int, float> hidden,
        ReadOnlySpan<float> logits, float[] ofPixels, double kept, Philox chosen)
    {
        Data.Series series = table.Items[window.Series];
        int pixels = shape.Pixels, end = Math.Min(series.Length, window.Start + trainer.Steps);
        for (int t = window.Start; t < end; t++)
        {
            int missing = 0;
            for (int v = 0; v < pixels; v++)
                missing += IsMissing(series, t, v) ? 1 : 0;
            for (int v = 0; v < pixels; v++)
            {
                if (kept < 1 && chosen.Uniform((ulong)(t * (long)pixels + v)) >= kept)
                    continue;
                int at = trainer.PlaceOf(place, window.Start, t * pixels + v);
                bool isMissing = IsMissing(series, t, v), isOne = false;
                if (!isMissing)
                {
                    if (!hidden.TryGetValue(at, out float truth))
                        continue;
                    isOne = truth > 0;
                }
                records.Add(new HiddenCellRecord(
                    number, logits[at], isMissing, isOne, ofPixels[v], Logit(missing - (isMissing ? 1 : 0), pixels - 1),
                    Around(series, t, v), Beside(series, t, v)));
            }
        }
    }

    private float Around(Data.Series series, int t, int pixel)
    {
        int line = pixel / shape.Width, column = pixel % shape.Width, missing = 0, count = 0;
        for (int i = Math.Max(0, line - 1); i <= Math.Min(shape.Height - 1, line + 1); i++)
        {
            for (int j = Math.Max(0, column - 1); j <= Math.Min(shape.Width - 1, column + 1); j++)
            {
                if (i == line && j == column)
                    continue;
                count++;
                missing += IsMissing(series, t, i * shape.Width + j) ? 1 : 0;
            }
        }
        return Logit(missing, count);
    }

    private float Beside(Data.Series series, int t, int pixel)
    {
        int missing = 0, count = 0;
        for (int at = t - 1; at <= t + 1; at += 2)
        {
            if (at < 0 || at >= series.Length)
                continue;
            count++;
            missing += IsMissing(series, at, pixel) ? 1 : 0;
        }
        return Logit(missing, count);
    }

    private bool IsMissing(Data.Series series, int t, int pixel) => double.IsNaN(series.Cells[t * shape.Pixels + pixel]);

    /// <summary>How often each pixel is missing, as logits.</summary>
    private float[] PixelRates()
    {
        int[] missing = new int[shape.Pixels];
        int steps = 0;
        foreach (Data.Series series in table.Items)
        {
            steps += series.Length;
            for (int i = 0; i < series.Cells.Length; i++)
                missing[i % missing.Length] += double.IsNaN(series.Cells[i]) ? 1 : 0;
        }
        return Array.ConvertAll(missing, count => Logit(count, steps));
    }

    private static float Logit(int missing, int count) => MathF.Log((missing + 0.5f) / (count - missing + 0.5f));
}
