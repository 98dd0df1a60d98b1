using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnSelectingTransformer), null, typeof(SignatureLoadModel), "Select or drop columns", ColumnSelectingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(IHostEnvironment env, string[] keep, string[] drop, bool keepHidden)
        : base(env.Register(nameof(ColumnSelectingEstimator)), new ColumnSelectingTransformer(env, keep, drop, keepHidden))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column[] named = Array.ConvertAll(Transformer.Names ?? Transformer.DroppedNames, name => inputSchema.Find(name));
        return new SchemaShape(Transformer.Names != null ? named : inputSchema.Where(column => !Transformer.DroppedNames.Contains(column.Name)));
    }
}

// Keeps the named columns, in that order, or all but the named ones.
public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string LoaderSignature = "SelectColumnsTransform";
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(IHostEnvironment env, string[] keep, string[] drop, bool keepHidden)
    {
        Names = keep;
        DroppedNames = drop;
        _keepHidden = keepHidden;
    }

    private ColumnSelectingTransformer(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        bool keeps = ctx.Reader.ReadBoolean();
        _keepHidden = ctx.Reader.ReadBoolean();
        var names = new string[ctx.Reader.ReadInt32()];
        for (int i = 0; i < names.Length; i++)
            names[i] = ctx.LoadNonEmptyString();
        Names = keeps ? names : null;
        DroppedNames = keeps ? null : names;
    }

    // Null where columns are dropped.
    internal string[] Names { get; }
    internal string[] DroppedNames { get; }

    bool ITransformer.IsRowToRowMapper => true;

    private static VersionInfo Version => new("SELCOLST", 1, 1, 1, typeof(ColumnSelectingTransformer).Assembly.FullName, LoaderSignature);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(Names != null);
        ctx.Writer.Write(_keepHidden);
        string[] names = Names ?? DroppedNames;
        ctx.Writer.Write(names.Length);
        foreach (string name in names)
            ctx.SaveNonEmptyString(name);
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Select(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SelectedView(input, Select(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Select(inputSchema);

    private ColumnSelection Select(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        foreach (string name in Names ?? DroppedNames)
            schema.Find(name);
        IEnumerable<DataViewSchema.Column> kept = Names == null
            ? schema.Where(column => !DroppedNames.Contains(column.Name))
            : Names.SelectMany(name => schema.Where(column => column.Name == name));
        return new ColumnSelection(schema, [.. kept.Where(column => _keepHidden || !column.IsHidden).Select(column => column.Index)]);
    }
}
