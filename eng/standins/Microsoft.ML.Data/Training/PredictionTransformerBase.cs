using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML
{
    // A transformer that stands on a trained model.
    public interface IPredictionTransformer<out TModel> : ITransformer where TModel : class
    {
        TModel Model { get; }
    }

    public interface ISingleFeaturePredictionTransformer<out TModel> : IPredictionTransformer<TModel> where TModel : class
    {
        string FeatureColumnName { get; }
        DataViewType FeatureColumnType { get; }
    }
}

namespace Microsoft.ML.Data
{
    public abstract class PredictionTransformerBase<TModel> : IPredictionTransformer<TModel>, IDisposable where TModel : class
    {
        private protected readonly IHost Host;

        private protected PredictionTransformerBase(IHost host, TModel model)
        {
            Host = host;
            Model = model;
        }

        public TModel Model { get; }
        bool ITransformer.IsRowToRowMapper => true;

        public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

        public IDataView Transform(IDataView input)
        {
            ArgumentNullException.ThrowIfNull(input);
            return new MappingView(input, new RowToRowMapper(MakeMapping(input.Schema)));
        }

        IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new RowToRowMapper(MakeMapping(inputSchema));

        void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

        private protected abstract RowMapping MakeMapping(DataViewSchema inputSchema);

        private protected abstract void SaveModel(ModelSaveContext ctx);

        public void Dispose()
        {
            (Model as IDisposable)?.Dispose();
            GC.SuppressFinalize(this);
        }
    }

    // One that reads a single column of features.
    public abstract class SingleFeaturePredictionTransformerBase<TModel> : PredictionTransformerBase<TModel>, ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        private const string ModelFolder = "Model";

        private protected SingleFeaturePredictionTransformerBase(IHost host, TModel model, string featureColumn, DataViewType featureType)
            : base(host, model)
        {
            FeatureColumnName = featureColumn;
            FeatureColumnType = featureType;
        }

        // Reads what SaveModel wrote; the fields of a derived class follow.
        private protected SingleFeaturePredictionTransformerBase(IHost host, ModelLoadContext ctx)
            : base(host, LoadModel(host, ctx))
        {
            FeatureColumnName = ctx.LoadNonEmptyString();
            FeatureColumnType = new VectorDataViewType(NumberDataViewType.Single, ctx.Reader.ReadInt32());
        }

        public string FeatureColumnName { get; }
        public DataViewType FeatureColumnType { get; }

        public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
            => new RowToRowMapper(MakeMapping(inputSchema)).OutputSchema;

        private protected sealed override void SaveModel(ModelSaveContext ctx)
        {
            ctx.CheckAtModel();
            ctx.SetVersionInfo(Version);
            ctx.SaveModel(Model, ModelFolder);
            ctx.SaveNonEmptyString(FeatureColumnName);
            ctx.Writer.Write(((VectorDataViewType)FeatureColumnType).Size);
            SaveCore(ctx);
        }

        private protected abstract VersionInfo Version { get; }

        private protected abstract void SaveCore(ModelSaveContext ctx);

        // The feature column of a schema, or the reason why it is not one.
        private protected int FindFeatureColumn(DataViewSchema inputSchema)
        {
            DataViewSchema.Column column = inputSchema.Find(FeatureColumnName, "feature");
            return column.Type.Equals(FeatureColumnType)
                ? column.Index
                : throw SchemaErrors.TypeMismatch(FeatureColumnName, FeatureColumnType.ToString(), column.Type.ToString(), "feature");
        }

        private static TModel LoadModel(IHost host, ModelLoadContext ctx)
        {
            ctx.LoadModel<TModel, SignatureLoadModel>(host, out TModel model, ModelFolder);
            return model;
        }
    }
}
