using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>The weighted mean of what its members say: one weight for all numbers and one for all categories of each, but for columns
/// with weights of their own.</summary>
internal sealed class BlendPredictor : CellPredictor
{
    private readonly TableEncoder _encoder;
    private readonly EncodedColumn[] _columns;
    private readonly CellPredictor[] _members;
    private readonly float[] _numberWeights;
    private readonly float[] _categoryWeights;

    // Of every encoded column each member's weight; null where it has none of its own.
    private readonly float[]?[] _ownWeights;

    /// <param name="encoder">The columns.</param>
    /// <param name="members">The members.</param>
    /// <param name="numberWeights">The weight of each in numbers.</param>
    /// <param name="categoryWeights">The weight of each in the probabilities of categories.</param>
    /// <param name="ownWeights">Of every encoded column the weight of each member; null where it has none of its own. Null for
    /// none.</param>
    public BlendPredictor(
        TableEncoder encoder, CellPredictor[] members, float[] numberWeights, float[] categoryWeights, float[]?[]? ownWeights = null)
    {
        _encoder = encoder;
        _columns = [.. encoder.Encoded];
        _members = members;
        _numberWeights = numberWeights;
        _categoryWeights = categoryWeights;
        _ownWeights = ownWeights ?? new float[]?[encoder.Encoded.Count];
    }

    /// <inheritdoc/>
    public override string Name => "blend";

    /// <summary>The members and their weights.</summary>
    public IReadOnlyList<BlendMember> Members =>
        [.. _members.Select((member, i) => new BlendMember(member.Name, _numberWeights[i], _categoryWeights[i]))];

    /// <summary>The encoded columns that have weights of their own.</summary>
    public IEnumerable<int> OwnColumns => Enumerable.Range(0, _ownWeights.Length).Where(column => _ownWeights[column] is not null);

    /// <inheritdoc/>
    public override void Predict(
        ReadOnlySpan<float> cells, int rows, Span<float> predictions, Workspace workspace, CancellationToken cancel = default) =>
        Predict(cells, rows, predictions, variances: [], workspace, cancel);

    /// <summary>Predicts, and tells how far the members differ.</summary>
    /// <param name="cells">[rows, encoded columns], NaN where unknown.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="predictions">[rows, slots]: scaled numbers and probabilities of categories.</param>
    /// <param name="variances">[rows, encoded columns]: of an unknown number the weighted variance between members. Empty when not
    /// asked for.</param>
    /// <param name="workspace">Memory for this thread.</param>
    /// <param name="cancel">Looked at before every member.</param>
    public void Predict(
        ReadOnlySpan<float> cells,
        int rows,
        Span<float> predictions,
        Span<float> variances,
        Workspace workspace,
        CancellationToken cancel = default)
    {
        predictions = predictions[..(rows * _encoder.SlotCount)];
        predictions.Clear();
        variances.Clear();
        Span<float> one = workspace.MemberPredictions(predictions.Length);
        for (int i = 0; i < _members.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            _members[i].Predict(cells, rows, one, workspace, cancel);
            for (int row = 0; row < rows; row++)
                Add(i, cells, row, one, predictions, variances);
        }
        for (int cell = 0; cell < variances.Length; cell++)
        {
            EncodedColumn column = _columns[cell % _columns.Length];
            float mean = predictions[cell / _columns.Length * _encoder.SlotCount + column.FirstSlot];
            variances[cell] = column.Scaler is null ? 0 : Math.Max(0, variances[cell] - mean * mean);
        }
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.Write(_members.Length);
        for (int i = 0; i < _members.Length; i++)
        {
            writer.Write(_numberWeights[i]);
            writer.Write(_categoryWeights[i]);
            PredictorFile.Save(_members[i], writer);
        }
        writer.Write(OwnColumns.Count());
        foreach (int column in OwnColumns)
        {
            writer.Write(column);
            foreach (float weight in _ownWeights[column]!)
                writer.Write(weight);
        }
    }

    public static BlendPredictor Load(BinaryReader reader, TableEncoder encoder)
    {
        (float Number, float Category, CellPredictor Member)[] members = reader.ReadItems(
            2 * sizeof(float) + 1,
            "members",
            reader => (reader.ReadSingle(), reader.ReadSingle(), PredictorFile.Load(reader, encoder)));
        bool isSound = members.Length > 0 && Array.TrueForAll(members, one => float.IsFinite(one.Number) && float.IsFinite(one.Category));
        CheckedReading.Require(isSound, "the weight of a member makes no sense");
        GaussianPredictor? gaussian = members.Select(one => one.Member).OfType<GaussianPredictor>().FirstOrDefault();
        float[]?[] own = new float[]?[encoder.Encoded.Count];
        int columns = reader.ReadCount(sizeof(int) + members.Length * sizeof(float), "columns with weights of their own");
        for (int i = 0; i < columns; i++)
        {
            float[] weights = own[reader.ReadPlace(own.Length, "a column with weights of its own")] = new float[members.Length];
            for (int member = 0; member < weights.Length; member++)
                weights[member] = reader.ReadSingle();
            CheckedReading.Require(Array.TrueForAll(weights, float.IsFinite), "the weight of a member makes no sense");
        }
        return new BlendPredictor(
            encoder,
            [.. members.Select(one => one.Member is TreePredictor trees && gaussian is not null ? trees.Sharing(gaussian) : one.Member)],
            [.. members.Select(one => one.Number)],
            [.. members.Select(one => one.Category)],
            own);
    }

    private void Add(int member, ReadOnlySpan<float> cells, int row, ReadOnlySpan<float> one, Span<float> predictions, Span<float> variances)
    {
        EncodedColumn[] columns = _columns;
        for (int i = 0; i < columns.Length; i++)
        {
            if (!float.IsNaN(cells[row * columns.Length + i]))
                continue;
            EncodedColumn column = columns[i];
            int first = row * _encoder.SlotCount + column.FirstSlot;
            float weight = (_ownWeights[i] ?? (column.Scaler is null ? _categoryWeights : _numberWeights))[member];
            if (weight == 0)
                continue;
            for (int slot = first; slot < first + column.SlotCount; slot++)
                predictions[slot] += weight * one[slot];
            if (!variances.IsEmpty)
                variances[row * columns.Length + i] += weight * one[first] * one[first];
        }
    }
}
