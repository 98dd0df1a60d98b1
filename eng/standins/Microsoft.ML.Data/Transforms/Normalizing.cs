using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(NormalizingTransformer), null, typeof(SignatureLoadModel), "Normalizer", NormalizingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

// Learns an offset and a scale for every slot; missing values are passed over.
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly InputOutputColumnPair[] _pairs;
    private readonly Func<SlotStatistics, Affine> _normalizer;
    private readonly long _maximumExampleCount;

    internal NormalizingEstimator(IHostEnvironment env, InputOutputColumnPair[] pairs, Func<SlotStatistics, Affine> normalizer, long maximumExampleCount)
    {
        _env = env;
        _pairs = pairs;
        _normalizer = normalizer;
        _maximumExampleCount = maximumExampleCount;
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] columns = Array.ConvertAll(_pairs, pair => NormalizingTransformer.Check(input.Schema.Find(pair.InputColumnName)));
        SlotStatistics[][] statistics = SlotStatistics.Read(input, columns, _maximumExampleCount);
        return new(_env, _pairs, Array.ConvertAll(statistics, slots => Array.ConvertAll(slots, slot => _normalizer(slot))));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_pairs, column =>
    {
        if (column.ItemType != NumberDataViewType.Single && column.ItemType != NumberDataViewType.Double)
            throw NormalizingTransformer.WrongType(column.GetTypeString());
        if (column.Kind == SchemaShape.Column.VectorKind.VariableVector)
            throw SchemaErrors.TypeMismatch(column.Name, "a scalar or a vector of known size", column.GetTypeString());
        SchemaShape.Column flag = new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);
        return new(column.Name, column.Kind, column.ItemType, false, new SchemaShape([flag, .. column.Annotations.Keep()]));
    });
}

// Value to (value - Offset) * Scale.
internal readonly record struct Affine(double Offset, double Scale)
{
    // To a largest magnitude of 1, or from [minimum, maximum] to [0, 1]; a constant becomes 0.
    public static Affine MinMax(SlotStatistics slot, bool fixZero)
    {
        if (!(slot.Maximum > slot.Minimum))
            return new(fixZero || slot.Count == 0 ? 0 : slot.Minimum, 0);
        return fixZero
            ? new(0, 1 / Math.Max(Math.Abs(slot.Minimum), Math.Abs(slot.Maximum)))
            : new(slot.Minimum, 1 / (slot.Maximum - slot.Minimum));
    }

    // To unit second moment, about 0 or about the mean; a constant becomes 0.
    public static Affine MeanVariance(SlotStatistics slot, bool fixZero)
    {
        if (!(slot.Variance > 0))
            return new(fixZero || slot.Count == 0 ? 0 : slot.Mean, 0);
        return fixZero
            ? new(0, 1 / Math.Sqrt(slot.Variance + slot.Mean * slot.Mean))
            : new(slot.Mean, 1 / Math.Sqrt(slot.Variance));
    }

    public double Apply(double value) => (value - Offset) * Scale;
}

public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "Normalizer";
    private readonly Affine[][] _slots;

    internal NormalizingTransformer(IHostEnvironment env, InputOutputColumnPair[] pairs, Affine[][] slots) : base(env.Register(LoaderSignature), pairs)
        => _slots = slots;

    private NormalizingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature), ctx)
    {
        _slots = Array.ConvertAll(Pairs, _ => new Affine[ctx.Reader.ReadInt32()]);
        foreach (Affine[] slots in _slots)
        {
            for (int i = 0; i < slots.Length; i++)
                slots[i] = new Affine(ctx.Reader.ReadDouble(), ctx.Reader.ReadDouble());
        }
    }

    private protected override VersionInfo Version => new("NORMALZR", 1, 1, 1, typeof(NormalizingTransformer).Assembly.FullName, LoaderSignature);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        foreach (Affine[] slots in _slots)
            ctx.Writer.Write(slots.Length);
        foreach (Affine slot in _slots.SelectMany(slots => slots))
        {
            ctx.Writer.Write(slot.Offset);
            ctx.Writer.Write(slot.Scale);
        }
    }

    internal static ArgumentOutOfRangeException WrongType(string type)
        => new("srcType", $"Wrong column type for input column. Expected: Single, Double, Vector of Single or Vector of Double. Got: {type}.");

    internal static DataViewSchema.Column Check(DataViewSchema.Column column)
        => column.Type.ItemType() == NumberDataViewType.Single || column.Type.ItemType() == NumberDataViewType.Double
            ? column : throw WrongType(column.Type.ToString());

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input)
    {
        Check(input);
        Affine[] slots = _slots[pair];
        if (((input.Type as VectorDataViewType)?.Size ?? 1) != slots.Length)
            throw SchemaErrors.TypeMismatch(input.Name, $"{slots.Length} slots", input.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddIsNormalized();
        annotations.Add(input.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
        return new(input.Type, annotations.ToAnnotations(), input.Type.ItemType() == NumberDataViewType.Single
            ? row => ItemMaps.CreateGetter<float, float>(row, input, (value, slot) => (float)slots[slot].Apply(value))
            : row => ItemMaps.CreateGetter<double, double>(row, input, (value, slot) => slots[slot].Apply(value)));
    }
}
