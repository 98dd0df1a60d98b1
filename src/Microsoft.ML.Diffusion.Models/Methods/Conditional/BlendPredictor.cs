using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Boosting;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>The weighted mean of what its members say: one weight for all numbers and one for all categories of each, but for columns
/// with weights of their own. Boosted trees may take a second look: their inputs are what the members said of the row, and what they say of
/// its numbers is mixed in at the end.</summary>
internal sealed class BlendPredictor : CellPredictor
{
    /// <summary>What logs and reports call the trees that take a second look.</summary>
    public const string BoostedTrees = "boosted trees";

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

    /// <summary>Trees that take a second look; null for none.</summary>
    public BoostedStage? Boosted { get; private init; }

    /// <summary>Of every encoded column the weight of <see cref="Boosted"/>, 0 to 1; empty where there are none.</summary>
    public float[] BoostedWeights { get; private init; } = [];

    /// <summary>The same with what the trees say alone in all columns that have any; null where there are none.</summary>
    public BlendPredictor? BoostedAlone => Boosted is null ? null : With(Boosted, Array.ConvertAll(BoostedWeights, _ => 1f));

    /// <summary>The same members with trees that take a second look.</summary>
    /// <param name="boosted">The trees.</param>
    /// <param name="weights">The weight of what they say, of every encoded column.</param>
    public BlendPredictor With(BoostedStage boosted, float[] weights) =>
        new(_encoder, _members, _numberWeights, _categoryWeights, _ownWeights)
        {
            Boosted = boosted,
            BoostedWeights = [.. weights.Select((weight, i) => boosted.Has(i) ? weight : 0)],
        };

    /// <inheritdoc/>
    public override string Name => "blend";

    /// <summary>The members and their weights.</summary>
    public IReadOnlyList<BlendMember> Members
    {
        get
        {
            // Of numbers on average over the columns that have boosted trees.
            float boosted = BoostedWeights.Where((_, i) => Boosted!.Has(i)).DefaultIfEmpty(0).Average();
            BlendMember[] members = [.. _members.Select((member, i) =>
                new BlendMember(member.Name, (1 - boosted) * _numberWeights[i], _categoryWeights[i]))];
            return Boosted is null ? members : [.. members, new BlendMember(BoostedTrees, boosted, 0)];
        }
    }

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
        if (Boosted is not null)
            Boost(cells, rows, predictions, variances, workspace.MemberPredictions(_encoder.SlotCount)[.._encoder.SlotCount]);
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
        writer.Write(Boosted is not null);
        if (Boosted is null)
            return;
        writer.WriteArray(BoostedWeights);
        Boosted.Save(writer);
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
        BlendPredictor blend = new(
            encoder,
            [.. members.Select(one => one.Member is TreePredictor trees && gaussian is not null ? trees.Sharing(gaussian) : one.Member)],
            [.. members.Select(one => one.Number)],
            [.. members.Select(one => one.Category)],
            own);
        if (!reader.ReadBoolean())
            return blend;
        float[] boosted = reader.ReadFiniteSingles("weights of boosted trees", encoder.Encoded.Count);
        CheckedReading.Require(Array.TrueForAll(boosted, weight => weight is >= 0 and <= 1), "the weight of boosted trees makes no sense");
        return blend.With(BoostedStage.Load(reader, encoder), boosted);
    }

    /// <summary>Mixes in what the boosted trees say of the unknown numbers of some rows.</summary>
    private void Boost(ReadOnlySpan<float> cells, int rows, Span<float> predictions, Span<float> variances, Span<float> slots)
    {
        int width = _columns.Length;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> own = cells.Slice(row * width, width);
            Span<float> guesses = predictions.Slice(row * _encoder.SlotCount, _encoder.SlotCount);
            bool isComplete = false;
            for (int i = 0; i < width; i++)
            {
                if (BoostedWeights[i] == 0 || !float.IsNaN(own[i]))
                    continue;
                // All trees look at what the members said, and not at what trees of other columns made of it.
                if (!isComplete)
                    BoostedStage.Complete(_encoder, own, guesses, slots);
                isComplete = true;
                float weight = BoostedWeights[i], said = Boosted!.Predict(i, slots);
                ref float guess = ref guesses[_columns[i].FirstSlot];
                guess += weight * (said - guess);
                if (!variances.IsEmpty)
                {
                    ref float squares = ref variances[(row * width) + i];
                    squares += weight * ((said * said) - squares);
                }
            }
        }
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
