using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>Fills series window by window with a trained network. A draw is the guess and a normal error, as large as errors were on values
/// that were hidden, as for the baselines.</summary>
internal sealed class WindowImputer(
    WindowImputation method, WindowNetwork network, Standardization scale, double[] errors, bool[] isSeen, double step, int statics)
    : SeriesImputer(scale.Means.Length, statics, SeriesDirection.Smooth)
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Method => method;

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed)
    {
        double[] cells = scale.Apply(series), times = Array.ConvertAll(series.Times, time => time / step);
        series.Cells.CopyTo(completed);
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: false);
        var window = new WindowBatch(1, network.Steps, Variables);
        float[] filled = new float[window.Values.Length];
        foreach (int start in series.Length == 0 ? [] : StepWindows.Starts(series.Length, network.Steps))
        {
            tape.Reset();
            window.Fill(0, cells, times, start, share: 0, random: default);
            network.Fill(tape, window, filled);
            for (int i = 0; i < filled.Length && start * Variables + i < cells.Length; i++)
            {
                int cell = start * Variables + i, v = i % Variables;
                if (double.IsNaN(series.Cells[cell]) && isSeen[v])
                    completed[cell] = filled[i] * scale.Scales[v] + scale.Means[v];
            }
        }
    }

    /// <inheritdoc/>
    internal override void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0)
    {
        Impute(series, completed);
        var random = new SeriesRandom(seed, seriesId, draw);
        for (int t = 0; t < series.Length; t++)
        {
            Philox ofStep = random.At(series.Times[t]);
            for (int v = 0; v < Variables; v++)
            {
                int cell = t * Variables + v;
                if (double.IsNaN(series.Cells[cell]))
                    completed[cell] += errors[v] * scale.Scales[v] * ofStep.Normal((ulong)v);
            }
        }
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Statics);
        scale.Save(writer);
        writer.WriteArray(errors);
        foreach (bool seen in isSeen)
            writer.Write(seen);
        writer.Write(step);
        writer.Write(network.Steps);
        network.SaveSizes(writer);
        network.SaveState().Save(writer);
    }
}
