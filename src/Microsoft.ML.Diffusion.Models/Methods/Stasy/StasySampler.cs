using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>Makes rows with STaSy (Kim, Lee, Park 2023, section 3.4): noise of the largest deviation, followed along the probability flow
/// to its beginning.</summary>
internal sealed class StasySampler : GenerationSampler
{
    private const double SmallestSigma = 0.01;

    private readonly TableEncoder _encoder;
    private readonly StasyDenoiser _denoiser;
    private readonly double _largestSigma;
    private readonly double _tolerance;
    private readonly WholeValues _whole;

    /// <param name="encoder">The columns.</param>
    /// <param name="denoiser">The network.</param>
    /// <param name="largestSigma">The deviation of the noise at the end.</param>
    /// <param name="tolerance">The error of a step that is accepted.</param>
    /// <param name="whole">Columns of a few whole numbers.</param>
    public StasySampler(TableEncoder encoder, StasyDenoiser denoiser, double largestSigma, double tolerance, WholeValues whole)
    {
        (_encoder, _denoiser) = (encoder, denoiser);
        (_largestSigma, _tolerance, _whole) = (largestSigma, tolerance, whole);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => _encoder.Columns;

    /// <summary>The process up to a deviation of the noise.</summary>
    public static VarianceExplodingProcess Process(double largestSigma) => new(SmallestSigma, largestSigma);

    /// <inheritdoc/>
    public override void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace,
        CancellationToken cancel)
    {
        int slots = _encoder.SlotCount;
        VarianceExplodingProcess process = Process(_largestSigma);
        var flow = new GeneratingFlow(_denoiser, process, workspace.Tape, count);
        Span<float> cells = workspace.Cells(_encoder.Encoded.Count);
        double[] states = new double[count * slots];
        for (int row = 0; row < count; row++)
        {
            _encoder.Encode(table.Row(start + row), cells);
            int first = row * slots;
            StasyRows.Write(_encoder, cells, flow.Values.AsSpan(first, slots), flow.Known.AsSpan(first, slots));
            new Philox(seed, firstId + (ulong)row).FillNormal(flow.Noise.AsSpan(first, slots));
            for (int i = first; i < first + slots; i++)
                states[i] = process.Sigma(1) * flow.Noise[i];
        }
        new DormandPrince(flow, count, _tolerance).Solve(from: 1, VarianceExplodingProcess.FirstTime, states, cancel);
        Span<float> made = workspace.States(slots);
        for (int row = 0; row < count; row++)
        {
            StasyRows.Read(_encoder, states.AsSpan(row * slots, slots), made);
            MadeCells.Read(_encoder, _whole, made, cells, table.Row(start + row));
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        _encoder.Save(writer);
        _whole.Save(writer);
        writer.Write(_largestSigma);
        writer.Write(_tolerance);
        writer.Write(_denoiser.IsScaled);
        writer.Write(_denoiser.Widths.Count);
        foreach (int width in _denoiser.Widths)
            writer.Write(width);
        _denoiser.SaveState().Save(writer);
    }

    public static StasySampler Load(BinaryReader reader)
    {
        TableEncoder encoder = TableEncoder.Load(reader);
        CheckedReading.Require(encoder.Encoded.Count > 0, "no column was learned");
        WholeValues whole = WholeValues.Load(reader, encoder.Columns);
        double largestSigma = reader.ReadDouble(), tolerance = reader.ReadDouble();
        CheckedReading.Require(largestSigma is > 0.1 and <= StasyOptions.LargestSigma, "the largest noise is impossible");
        CheckedReading.Require(tolerance is >= 1e-8 and <= 1, "the error of a step is impossible");
        bool isScaled = reader.ReadBoolean();
        int[] widths = reader.ReadItems(
            sizeof(int), "layers", static reader => reader.ReadBetween(1, StasyOptions.LargestWidth, "the width of a layer"));
        StasyDenoiser denoiser = Module.FromState(
            StateDictionary.Load(reader), () => new StasyDenoiser(encoder.SlotCount, widths, isScaled, random: default));
        return new StasySampler(encoder, denoiser, largestSigma, tolerance, whole);
    }
}
