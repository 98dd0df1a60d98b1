using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(OneHotEncodingTransformer), null, typeof(SignatureLoadModel), "One-hot encoding", OneHotEncodingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

// Values to keys, then keys to indicator vectors.
public sealed class OneHotEncodingEstimator : IEstimator<OneHotEncodingTransformer>
{
    private readonly IEstimator<ITransformer> _chain;

    internal OneHotEncodingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, OutputKind kind, TermOptions options, IDataView keyData)
    {
        var toKeys = new ValueToKeyMappingEstimator(env, columns, options, keyData);
        InputOutputColumnPair[] inPlace = Array.ConvertAll(columns, column => new InputOutputColumnPair(column.OutputColumnName));
        _chain = kind switch
        {
            OutputKind.Key => new EstimatorChain<ITransformer>().Append(toKeys),
            OutputKind.Indicator or OutputKind.Bag => toKeys.Append(new KeyToVectorMappingEstimator(env, inPlace, kind == OutputKind.Bag)),
            _ => throw new NotSupportedException($"This encoding has no output of kind {kind}."),
        };
    }

    public enum OutputKind : byte
    {
        Bag = 1,
        Indicator = 2,
        Key = 3,
        Binary = 4,
    }

    public OneHotEncodingTransformer Fit(IDataView input) => new(_chain.Fit(input));

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _chain.GetOutputSchema(inputSchema);
    }
}

public sealed class OneHotEncodingTransformer : ITransformer
{
    internal const string LoaderSignature = "CategoricalTransform";
    private const string ChainFolder = "Chain";
    private readonly ITransformer _chain;

    internal OneHotEncodingTransformer(ITransformer chain) => _chain = chain;

    private OneHotEncodingTransformer(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out _chain, ChainFolder);
    }

    bool ITransformer.IsRowToRowMapper => _chain.IsRowToRowMapper;

    private static VersionInfo Version => new("CATEGORC", 1, 1, 1, typeof(OneHotEncodingTransformer).Assembly.FullName, LoaderSignature);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.SaveModel(_chain, ChainFolder);
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);
    public IDataView Transform(IDataView input) => _chain.Transform(input);
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);
}
