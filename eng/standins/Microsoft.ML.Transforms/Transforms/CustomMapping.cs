using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(IHostEnvironment env, Action<TSrc, TDst> map, SchemaDefinition input, SchemaDefinition output)
        : base(env.Register(nameof(CustomMappingEstimator<TSrc, TDst>)), new(map, input, output))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (SchemaDefinition.Column column in Transformer.Input)
            inputSchema.Find(column.ColumnName);
        return inputSchema.With(SchemaShape.Create(Transformer.Output));
    }
}

// Columns computed by an action from an object to an object. It lives in its process: it cannot be saved.
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _map;
    private readonly MemberGetters<TDst> _output;

    internal CustomMappingTransformer(Action<TSrc, TDst> map, SchemaDefinition input, SchemaDefinition output)
    {
        _map = map ?? throw new ArgumentNullException(nameof(map));
        Input = input ?? SchemaDefinition.Create(typeof(TSrc), SchemaDefinition.Direction.Write);
        _output = new MemberGetters<TDst>(output);
    }

    internal SchemaDefinition Input { get; }
    internal DataViewSchema Output => _output.Schema;

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapper(inputSchema).OutputSchema;
    public IDataView Transform(IDataView input) => new MappingView(input, MakeMapper(input.Schema));
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => throw new InvalidOperationException("Empty contract name for a transform: the transform cannot be saved");

    private RowToRowMapper MakeMapper(DataViewSchema inputSchema)
        => new(new Mapping(this, inputSchema, new MemberSetters<TSrc>(inputSchema, Input, ignoreMissingColumns: false)));

    private sealed class Mapping(CustomMappingTransformer<TSrc, TDst> owner, DataViewSchema inputSchema, MemberSetters<TSrc> members) : RowMapping(inputSchema)
    {
        public override DataViewSchema.DetachedColumn[] Columns { get; } = [.. owner.Output.Select(column => new DataViewSchema.DetachedColumn(column))];

        public override IEnumerable<int> GetDependencies(int output) => members.Columns.Select(column => column.Index);

        public override Delegate[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            if (!Enumerable.Range(0, Columns.Length).Any(isActive))
                return new Delegate[Columns.Length];
            Action<TSrc> fill = members.Create(input);
            var source = new TSrc();
            TDst target = null;
            var cache = new RowCache(input, () =>
            {
                fill(source);
                target = new TDst();
                owner._map(source, target);
            });
            return [.. Enumerable.Range(0, Columns.Length).Select(i => owner._output.CreateGetter(i, () =>
            {
                cache.Update();
                return target;
            }))];
        }
    }
}
