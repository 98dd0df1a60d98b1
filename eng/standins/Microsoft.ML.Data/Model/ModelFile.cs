using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

// The zip of a model: the transformers in one folder, the schema of their input beside it.
internal static class ModelFile
{
    private const string TransformerFolder = "TransformerChain";
    private const string SchemaName = "Schema";

    public static void Save(ITransformer model, DataViewSchema inputSchema, Stream stream)
    {
        using var repository = new RepositoryWriter(stream);
        ModelSaveContext.SaveModel(repository, model, TransformerFolder);
        if (inputSchema == null)
            return;
        using var writer = new BinaryWriter(repository.CreateStream(null, SchemaName));
        SchemaCodec.Write(writer, inputSchema);
    }

    public static ITransformer Load(IHostEnvironment env, Stream stream, out DataViewSchema inputSchema)
    {
        using var repository = new RepositoryReader(stream);
        ModelLoadContext.LoadModel<ITransformer, SignatureLoadModel>(env, out ITransformer model, repository, TransformerFolder);
        using Stream schema = repository.OpenStreamOrNull(null, SchemaName);
        using BinaryReader reader = schema == null ? null : new BinaryReader(schema);
        inputSchema = reader == null ? null : SchemaCodec.Read(reader);
        return model;
    }
}
