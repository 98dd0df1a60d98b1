using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnConcatenatingTransformer), null, typeof(SignatureLoadModel), "Concatenate columns", ColumnConcatenatingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly IHostEnvironment _env;
        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
        {
            ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
            if (inputColumnNames == null || inputColumnNames.Length == 0)
                throw new ArgumentOutOfRangeException(nameof(inputColumnNames), "Input columns not specified");
            _env = env;
            _output = outputColumnName;
            _inputs = inputColumnNames;
        }

        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            ArgumentNullException.ThrowIfNull(input);
            return new(_env, _output, _inputs);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            SchemaShape.Column[] sources = Array.ConvertAll(_inputs, name => inputSchema.Find(name));
            SchemaShape.Column first = sources[0];
            foreach (SchemaShape.Column source in sources)
            {
                if (!source.ItemType.Equals(first.ItemType))
                    throw new InvalidOperationException($"Concatenated columns should have the same type. Column '{source.Name}' has type of {source.GetTypeString()}, but expected column type is {first.GetTypeString()}.");
            }
            bool variable = sources.Any(source => source.Kind == SchemaShape.Column.VectorKind.VariableVector);
            var annotations = new List<SchemaShape.Column>();
            if (sources.All(source => source.IsNormalized()))
                annotations.Add(new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false));
            if (!variable && sources.Any(source => source.Kind == SchemaShape.Column.VectorKind.Scalar || source.HasSlotNames()))
                annotations.Add(new(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
            return inputSchema.With([new(_output, variable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector,
                first.ItemType, first.IsKey, new SchemaShape(annotations))]);
        }
    }
}

namespace Microsoft.ML.Data
{
    // Scalars and vectors of one item type, end to end.
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
    {
        internal const string LoaderSignature = "ConcatTransform";
        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingTransformer(IHostEnvironment env, string output, string[] inputs) : base(env.Register(LoaderSignature))
        {
            _output = output;
            _inputs = inputs;
        }

        private ColumnConcatenatingTransformer(IHostEnvironment env, ModelLoadContext ctx) : base(env.Register(LoaderSignature))
        {
            ctx.CheckAtModel(Version);
            _output = ctx.LoadNonEmptyString();
            _inputs = new string[ctx.Reader.ReadInt32()];
            for (int i = 0; i < _inputs.Length; i++)
                _inputs[i] = ctx.LoadNonEmptyString();
        }

        private static VersionInfo Version => new("CONCATCO", 1, 1, 1, typeof(ColumnConcatenatingTransformer).Assembly.FullName, LoaderSignature);

        private protected override void SaveModel(ModelSaveContext ctx)
        {
            ctx.CheckAtModel();
            ctx.SetVersionInfo(Version);
            ctx.SaveNonEmptyString(_output);
            ctx.Writer.Write(_inputs.Length);
            foreach (string input in _inputs)
                ctx.SaveNonEmptyString(input);
        }

        private protected override RowMapping MakeMapping(DataViewSchema inputSchema)
        {
            DataViewSchema.Column[] columns = Array.ConvertAll(_inputs, name => inputSchema.Find(name));
            DataViewType item = columns[0].Type.ItemType();
            foreach (DataViewSchema.Column column in columns)
            {
                if (!column.Type.ItemType().Equals(item))
                    throw SchemaErrors.TypeMismatch(column.Name, item.ToString(), column.Type.ToString());
            }
            return new ConcatMapping(inputSchema, columns, _output);
        }
    }
}
