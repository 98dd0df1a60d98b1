using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>An ensemble of trees per column whose inputs are all other columns. Unknown inputs are filled with Gaussian
/// conditional means, and then with what the trees said of them.</summary>
internal sealed class TreePredictor : CellPredictor
{
    /// <summary>The share of a limited time for the distribution that fills the inputs.</summary>
    public const double GaussianShare = 0.2;

    private const int MostPasses = 100;

    [ThreadStatic]
    private static float[]? s_slots;

    private readonly TableEncoder _encoder;
    private readonly GaussianPredictor _gaussian;
    private readonly TreeEnsemble?[][] _stages;
    private readonly int _passes;

    /// <param name="encoder">The columns.</param>
    /// <param name="gaussian">Fills the inputs of the first pass.</param>
    /// <param name="stages">For each pass, the trees of every encoded column; the last one's serve for all later passes too. A column
    /// without trees stays as the first pass found it.</param>
    /// <param name="passes">How many times a row's unknown cells are predicted.</param>
    public TreePredictor(TableEncoder encoder, GaussianPredictor gaussian, TreeEnsemble?[][] stages, int passes)
    {
        (_encoder, _gaussian, _stages, _passes) = (encoder, gaussian, stages, passes);
    }

    /// <inheritdoc/>
    public override string Name => "trees";

    /// <summary>What was chosen for the trees of every encoded column when they were fitted; empty once loaded.</summary>
    public IReadOnlyList<TreeChoice?> Choices { get; init; } = [];

    /// <summary>Fits the trees.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="gaussian">Fills unknown inputs; shared with whoever else uses it.</param>
    /// <param name="settings">How.</param>
    /// <param name="random">What the trees are random in.</param>
    /// <param name="threads">How many to use; changes no bit.</param>
    /// <param name="deadline">Trees that do not fit are left out.</param>
    /// <param name="cancel">Looked at every few milliseconds.</param>
    public static TreePredictor Fit(
        EncodedRows rows,
        GaussianPredictor gaussian,
        TreeSettings settings,
        Philox random,
        int threads,
        TrainingDeadline deadline,
        CancellationToken cancel = default) =>
        new TreeTrainer(rows, gaussian, settings, random, threads, deadline, cancel).Fit();

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TreePredictor Load(BinaryReader reader, TableEncoder encoder)
    {
        var gaussian = GaussianPredictor.Load(reader, encoder);
        int passes = reader.ReadBetween(0, MostPasses, "the number of passes of trees");
        TreeEnsemble?[][] stages = reader.ReadItems(
            encoder.Encoded.Count,
            "stages of trees",
            TreeEnsemble?[] (reader) => [.. encoder.Encoded.Select(column =>
                TreeEnsemble.Load(reader, column.Categories, encoder.SlotCount))]);
        CheckedReading.Require(stages.Length > 0 || passes == 0, "there are no trees");
        return new TreePredictor(encoder, gaussian, stages, passes);
    }

    /// <summary>The same trees with another distribution's means where it is the same as their own, so that one row is looked at
    /// once.</summary>
    public TreePredictor Sharing(GaussianPredictor gaussian) =>
        gaussian.IsSameAs(_gaussian) ? new TreePredictor(_encoder, gaussian, _stages, _passes) : this;

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        _gaussian.Save(writer);
        writer.Write(_passes);
        writer.Write(_stages.Length);
        foreach (TreeEnsemble?[] stage in _stages)
        {
            foreach (TreeEnsemble? column in stage)
                (column ?? throw new NotSupportedException("Trees of some columns alone cannot be saved.")).Save(writer);
        }
    }

    /// <inheritdoc/>
    public override void Predict(
        ReadOnlySpan<float> cells, int rows, Span<float> predictions, Workspace workspace, CancellationToken cancel = default)
    {
        int width = _encoder.Encoded.Count;
        for (int row = 0; row < rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            Predict(cells.Slice(row * width, width), -1, predictions.Slice(row * _encoder.SlotCount, _encoder.SlotCount), _passes);
        }
    }

    /// <summary>Fills the slots of one row: known cells as they are, unknown ones with what the last of some passes says.</summary>
    /// <param name="row">Encoded cells.</param>
    /// <param name="hidden">The encoded column to take for unknown and not to predict by trees, or -1.</param>
    /// <param name="slots">The row's slots.</param>
    /// <param name="passes">How many passes of trees after the Gaussian one.</param>
    public void Predict(ReadOnlySpan<float> row, int hidden, Span<float> slots, int passes)
    {
        if (s_slots is null || s_slots.Length < slots.Length)
            s_slots = new float[slots.Length];
        Span<float> next = s_slots.AsSpan(0, slots.Length);
        _encoder.WriteKnown(row, slots);
        _gaussian.Predict(row, hidden, slots);
        for (int pass = 0; pass < passes; pass++)
        {
            TreeEnsemble?[] stage = _stages[Math.Min(pass, _stages.Length - 1)];
            for (int i = 0; i < row.Length; i++)
            {
                EncodedColumn column = _encoder.Encoded[i];
                if (float.IsNaN(row[i]) && i != hidden && stage[i] is { } trees)
                    trees.Predict(slots, next.Slice(column.FirstSlot, column.SlotCount));
            }
            for (int i = 0; i < row.Length; i++)
            {
                if (!float.IsNaN(row[i]) || i == hidden || stage[i] is null)
                    continue;
                EncodedColumn column = _encoder.Encoded[i];
                Span<float> own = slots.Slice(column.FirstSlot, column.SlotCount);
                next.Slice(column.FirstSlot, column.SlotCount).CopyTo(own);
                if (column.Scaler is null)
                    Probabilities.Normalize(own);
            }
        }
    }
}
