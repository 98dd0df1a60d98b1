using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnCopyingTransformer), null, typeof(SignatureLoadModel), "Copy columns", ColumnCopyingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly InputOutputColumnPair[] _pairs;

    internal ColumnCopyingEstimator(IHostEnvironment env, params InputOutputColumnPair[] pairs)
        : base(env.Register(nameof(ColumnCopyingEstimator)), new ColumnCopyingTransformer(env, pairs))
        => _pairs = pairs;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.Map(_pairs, column => column);
}

// The same values and annotations under another name.
public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "CopyTransform";

    internal ColumnCopyingTransformer(IHostEnvironment env, InputOutputColumnPair[] pairs) : base(env.Register(LoaderSignature), pairs)
    {
    }

    private ColumnCopyingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature), ctx)
    {
    }

    private protected override VersionInfo Version => new("COPYCOLT", 1, 1, 1, typeof(ColumnCopyingTransformer).Assembly.FullName, LoaderSignature);

    private protected override ColumnMap MapColumn(int pair, DataViewSchema.Column input)
        => new(input.Type, input.Annotations, row => row.GetGetter(row.Schema[input.Index]));
}
