using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Csdi;

// The process, not the folder of the baseline.
using GaussianProcess = Microsoft.ML.Diffusion.Core.Processes.GaussianProcess;

/// <summary>Fills series with a trained CSDI: a draw by the reverse process, and as a best guess the median of draws whose random numbers
/// the seed of the model fixes.</summary>
internal sealed class SeriesCsdiImputer(
    CsdiDenoiser denoiser, NoiseSchedule schedule, Standardization scale, bool[] isSeen, double step, int draws, ulong seed, int statics)
    : SeriesImputer(scale.Means.Length, statics, SeriesDirection.Smooth)
{
    // The values that the network is asked of at once; a result does not depend on it but for rounding on a GPU.
    private const int AtOnce = 4096, AtOnceOnGpu = 1 << 18;

    // The random stream of the draws that a best guess is made of.
    private const ulong Expected = 0x6775_6573_73;

    private readonly GaussianProcess _process = new(schedule);

    // The GPU that fills, which lives as long as the imputer does; null for the processor.
    private Lazy<TensorEngine>? _gpu;

    /// <inheritdoc/>
    public override SeriesImputationMethod Method => SeriesCsdiImputation.Instance;

    /// <inheritdoc/>
    public override bool HasUncertainty => true;

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed) => Impute(series, completed, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed, CancellationToken cancel)
    {
        double[][] drawn = Guesses(series, cancel);
        Span<double> own = new double[drawn.Length];
        for (int cell = 0; cell < completed.Length; cell++)
            completed[cell] = Sort(drawn, cell, own) ? Middle(own) : drawn[0][cell];
    }

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9) =>
        Impute(series, completed, uncertainties, coverage, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Impute(
        Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage, CancellationToken cancel)
    {
        double[][] drawn = Guesses(series, cancel);
        Span<double> own = new double[drawn.Length];
        for (int cell = 0; cell < completed.Length; cell++)
        {
            bool isDrawn = Sort(drawn, cell, own);
            double value = completed[cell] = isDrawn ? Middle(own) : drawn[0][cell];
            if (!isDrawn)
            {
                uncertainties[cell] = double.IsNaN(value) ? CellUncertainty.Unknown : CellUncertainty.OfNumber(value, value, 0);
                continue;
            }
            double mean = 0, squares = 0;
            foreach (double number in own)
                mean += number / own.Length;
            foreach (double number in own)
                squares += (number - mean) * (number - mean);
            double lower = Math.Min(value, Quantile(own, (1 - coverage) / 2)), upper = Math.Max(value, Quantile(own, (1 + coverage) / 2));
            uncertainties[cell] = CellUncertainty.OfNumber(lower, upper, Math.Sqrt(squares / Math.Max(1, own.Length - 1)));
        }

        static double Quantile(ReadOnlySpan<double> sorted, double share)
        {
            double place = Math.Clamp(share * sorted.Length - 0.5, 0, sorted.Length - 1);
            int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
    }

    /// <inheritdoc/>
    internal override void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0) =>
        Draw(series, completed, seed, seriesId, draw, CancellationToken.None);

    /// <inheritdoc/>
    internal override void Draw(
        Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw, CancellationToken cancel) =>
        Fill(series, [new Philox(seed).Fork(seriesId).Fork((ulong)draw)], cancel)[0].CopyTo(completed);

    /// <inheritdoc/>
    internal override void Draws(Data.Series series, double[][] completed, ulong seed, ulong seriesId)
    {
        Philox own = new Philox(seed).Fork(seriesId);
        double[][] filled = Fill(series, [.. completed.Select((_, draw) => own.Fork((ulong)draw))], CancellationToken.None);
        for (int draw = 0; draw < completed.Length; draw++)
            filled[draw].CopyTo(completed[draw], 0);
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Statics);
        scale.Save(writer);
        foreach (bool seen in isSeen)
            writer.Write(seen);
        writer.Write(step);
        writer.Write(draws);
        writer.Write(seed);
        writer.Write(schedule.Steps);
        writer.Write(denoiser.Steps);
        writer.Write(denoiser.Channels);
        writer.Write(denoiser.Blocks);
        denoiser.SaveState().Save(writer);
    }

    /// <summary>Reads what <see cref="SaveContent"/> wrote.</summary>
    public static SeriesCsdiImputer Load(BinaryReader reader)
    {
        int statics = reader.ReadBetween(0, 1 << 20, "the number of statics");
        var scale = Standardization.Load(reader);
        bool[] isSeen = new bool[scale.Means.Length];
        for (int v = 0; v < isSeen.Length; v++)
            isSeen[v] = reader.ReadBoolean();
        double step = reader.ReadFinite("the middle step");
        CheckedReading.Require(step > 0, "the middle step is not above 0");
        int draws = reader.ReadBetween(1, 1000, "the number of draws");
        ulong seed = reader.ReadUInt64();
        int levels = reader.ReadBetween(2, SeriesCsdiOptions.MostLevels, "the number of noise levels");
        CheckedReading.Require(draws * levels <= SeriesCsdiOptions.MostCalls, "a best guess of it would take for ever");
        int steps = reader.ReadBetween(1, SeriesCsdiOptions.MostSteps, "the number of steps");
        int channels = reader.ReadBetween(1, SeriesCsdiOptions.MostChannels, "the number of channels");
        int blocks = reader.ReadBetween(1, SeriesCsdiOptions.MostBlocks, "the number of blocks");
        CsdiDenoiser denoiser = Module.FromState(
            StateDictionary.Load(reader), () => new CsdiDenoiser(isSeen.Length, channels, blocks, isConditional: true, default, steps));
        return new SeriesCsdiImputer(denoiser, NoiseSchedule.Quadratic(levels), scale, isSeen, step, draws, seed, statics);
    }

    private double[][] Guesses(Data.Series series, CancellationToken cancel)
    {
        Philox own = new Philox(seed).Fork(Expected);
        return Fill(series, [.. Enumerable.Range(0, draws).Select(draw => own.Fork((ulong)draw))], cancel);
    }

    /// <summary>Makes the GPU that trained fill too. A model that was loaded fills on the processor.</summary>
    /// <param name="trainedOn">What trained.</param>
    public SeriesCsdiImputer On(EngineChoice trainedOn)
    {
        _gpu = trainedOn.GpuDeviceId is null ? null : new Lazy<TensorEngine>(() => trainedOn.Create(threads: null));
        return this;
    }

    /// <summary>Fills a series once with each random stream.</summary>
    private double[][] Fill(Data.Series series, Philox[] randoms, CancellationToken cancel)
    {
        int variables = Variables, steps = denoiser.Steps;
        double[] cells = scale.Apply(series), times = Array.ConvertAll(series.Times, time => time / step);
        double[][] filled = [.. randoms.Select(_ => (double[])series.Cells.Clone())];
        float[] values = new float[steps * variables], known = new float[values.Length];
        float[] sinusoids = new float[steps * CsdiDenoiser.TimeWidth];
        using var processor = new ManagedEngine(threads: 1);
        using Tape tape = (_gpu?.Value ?? processor).CreateTape(training: false);
        foreach (int start in series.Length == 0 ? [] : StepWindows.Starts(series.Length, steps))
        {
            int from = start * variables, count = Math.Min(values.Length, cells.Length - from);
            if (!HasMissing(series.Cells.AsSpan(from, count)))
                continue;
            StepWindows.Write(cells, start, variables, values, known);
            SeriesCsdiBatch.WriteTimes(times, start, sinusoids);
            var sampler = new SeriesCsdiSampler(
                schedule,
                values.Length,
                _gpu is null ? AtOnce : AtOnceOnGpu,
                SeriesCsdiSampler.Of(tape, denoiser, _process, values, known, sinusoids));
            float[] drawn = sampler.Draw(Array.ConvertAll(randoms, random => random.Fork((ulong)start)), cancel);
            for (int draw = 0; draw < filled.Length; draw++)
            {
                for (int i = 0; i < count; i++)
                {
                    int v = i % variables;
                    if (double.IsNaN(series.Cells[from + i]) && isSeen[v])
                        filled[draw][from + i] = drawn[draw * values.Length + i] * scale.Scales[v] + scale.Means[v];
                }
            }
        }
        return filled;
    }

    private static bool HasMissing(ReadOnlySpan<double> cells)
    {
        foreach (double cell in cells)
        {
            if (double.IsNaN(cell))
                return true;
        }
        return false;
    }

    /// <summary>Sorts what was drawn of a cell; false where it was observed, or is missing still.</summary>
    private static bool Sort(double[][] drawn, int cell, Span<double> own)
    {
        bool isSame = true;
        for (int draw = 0; draw < own.Length; draw++)
        {
            own[draw] = drawn[draw][cell];
            isSame &= double.IsNaN(own[draw]) || own[draw] == own[0];
        }
        own.Sort();
        return !isSame;
    }

    private static double Middle(ReadOnlySpan<double> sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
