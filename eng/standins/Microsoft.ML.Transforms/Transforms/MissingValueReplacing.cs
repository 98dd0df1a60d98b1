using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(MissingValueReplacingTransformer), null, typeof(SignatureLoadModel), "Replace missing values", MissingValueReplacingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

// Learns one value a slot, or one a column, to put in place of NaN.
public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly InputOutputColumnPair[] _pairs;
    private readonly ReplacementMode _mode;
    private readonly bool _bySlot;

    internal MissingValueReplacingEstimator(IHostEnvironment env, InputOutputColumnPair[] pairs, ReplacementMode mode, bool bySlot)
    {
        _env = env;
        _pairs = pairs;
        _mode = mode;
        _bySlot = bySlot;
    }

    public enum ReplacementMode : byte
    {
        DefaultValue = 0,
        Mean = 1,
        Minimum = 2,
        Maximum = 3,
        Mode = 5,
    }

    public MissingValueReplacingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] columns = Array.ConvertAll(_pairs, pair => MissingValueReplacingTransformer.Check(input.Schema.Find(pair.InputColumnName)));
        ReplacementLearner[] learners = Array.ConvertAll(columns, column => new ReplacementLearner(column, _mode, _bySlot));
        if (_mode != ReplacementMode.DefaultValue)
        {
            using DataViewRowCursor cursor = input.GetRowCursor(columns.DistinctBy(column => column.Index));
            Action[] readers = Array.ConvertAll(learners, learner => learner.CreateReader(cursor));
            while (cursor.MoveNext())
            {
                foreach (Action read in readers)
                    read();
            }
        }
        return new(_env, _pairs, Array.ConvertAll(learners, learner => learner.Finish()));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_pairs, column =>
    {
        if (column.IsKey || !MissingValues.Has(column.ItemType))
            throw MissingValueReplacingTransformer.NotSupported(column.GetTypeString());
        return new(column.Name, column.Kind, column.ItemType, false, column.Annotations.Keep(AnnotationUtils.Kinds.IsNormalized));
    });
}

public sealed class MissingValueReplacingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "NAReplaceTransform";

    // For every pair one value a slot, or a single one for all slots.
    private readonly double[][] _replacements;

    internal MissingValueReplacingTransformer(IHostEnvironment env, InputOutputColumnPair[] pairs, double[][] replacements)
        : base(env.Register(LoaderSignature), pairs)
        => _replacements = replacements;

    private MissingValueReplacingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature), ctx)
        => _replacements = Array.ConvertAll(Pairs, _ => PrimitiveCodec.ReadArray<double>(ctx.Reader));

    private protected override VersionInfo Version => new("NAREPLTF", 1, 1, 1, typeof(MissingValueReplacingTransformer).Assembly.FullName, LoaderSignature);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        foreach (double[] replacements in _replacements)
            PrimitiveCodec.WriteArray(ctx.Writer, replacements);
    }

    internal static ArgumentOutOfRangeException NotSupported(string type)
        => new("inputSchema", $"Type '{type}' is not supported by {LoaderSignature} since it doesn't have an NA value");

    internal static DataViewSchema.Column Check(DataViewSchema.Column column)
        => column.Type.ItemType() is NumberDataViewType item && MissingValues.Has(item) ? column : throw NotSupported(column.Type.ToString());

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input)
    {
        Check(input);
        double[] values = _replacements[pair];
        if (values.Length > 1 && values.Length != (input.Type as VectorDataViewType)?.Size)
            throw SchemaErrors.TypeMismatch(input.Name, $"{values.Length} slots", input.Type.ToString());
        DataViewSchema.Annotations annotations = input.Keep(AnnotationUtils.Kinds.IsNormalized).ToAnnotations();
        double Replacement(int slot) => values[values.Length == 1 ? 0 : slot];
        return new(input.Type, annotations, input.Type.ItemType() == NumberDataViewType.Single
            ? row => ItemMaps.CreateGetter<float, float>(row, input, (value, slot) => float.IsNaN(value) ? (float)Replacement(slot) : value)
            : row => ItemMaps.CreateGetter<double, double>(row, input, (value, slot) => double.IsNaN(value) ? Replacement(slot) : value));
    }
}
