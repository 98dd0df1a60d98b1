using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ValueToKeyMappingTransformer), null, typeof(SignatureLoadModel), "Values to keys", ValueToKeyMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

// Numbers the values of a column in the order in which they occur, or sorted.
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly InputOutputColumnPair[] _pairs;
    private readonly TermOptions _options;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] pairs, TermOptions options, IDataView keyData)
    {
        _env = env;
        _pairs = pairs;
        _options = options;
        _keyData = keyData;
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] inputs = Array.ConvertAll(_pairs, pair => input.Schema.Find(pair.InputColumnName));
        return new(_env, _pairs, _keyData == null
            ? TermMap.Learn(input, inputs, _options)
            : Array.ConvertAll(inputs, _ => TermMap.Learn(_keyData, [_keyData.Schema.First(column => !column.IsHidden)], _options)[0]));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_pairs, column =>
    {
        SchemaShape.Column values = _options.NamesAsText
            ? new(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false)
            : new(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, column.ItemType, column.IsKey);
        return new(column.Name, column.Kind, NumberDataViewType.UInt32, true, new SchemaShape([.. column.Annotations.Keep(), values]));
    });
}

internal sealed record TermOptions(int Maximum, ValueToKeyMappingEstimator.KeyOrdinality Order, bool NamesAsText);

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "TermTransform";
    private readonly TermMap[] _terms;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, InputOutputColumnPair[] pairs, TermMap[] terms) : base(env.Register(LoaderSignature), pairs)
        => _terms = terms;

    private ValueToKeyMappingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature), ctx)
        => _terms = Array.ConvertAll(Pairs, _ => TermMap.Read(ctx.Reader));

    private protected override VersionInfo Version => new("TERMTRAN", 1, 1, 1, typeof(ValueToKeyMappingTransformer).Assembly.FullName, LoaderSignature);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        foreach (TermMap terms in _terms)
            terms.Write(ctx.Writer);
    }

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input)
    {
        TermMap terms = _terms[pair];
        if (!input.Type.ItemType().Equals(terms.ItemType))
            throw SchemaErrors.TypeMismatch(input.Name, terms.ItemType.ToString(), input.Type.ToString());
        DataViewSchema.Annotations.Builder annotations = input.Keep();
        terms.AddKeyValues(annotations);
        return new(input.Type.WithItem(new KeyDataViewType(typeof(uint), Math.Max(terms.Count, 1))), annotations.ToAnnotations(),
            row => terms.CreateGetter(row, input));
    }
}
