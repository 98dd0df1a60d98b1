using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

// The place where one component finds again what it saved.
internal sealed class ModelLoadContext : IDisposable
{
    public const string ModelStreamName = "Model.key";
    internal const uint Magic = 0x4E49_5453;

    public readonly RepositoryReader Repository;
    public readonly string Directory;
    public readonly BinaryReader Reader;
    public readonly string LoaderAssemblyName;
    internal ModelHeader Header;
    private readonly string[] _loaderSignatures;

    internal ModelLoadContext(RepositoryReader rep, Stream model, string dir)
    {
        Repository = rep;
        Directory = dir;
        using var reader = new BinaryReader(model);
        try
        {
            if (reader.ReadUInt32() != Magic)
                throw new FormatException($"'{dir}' does not hold a model.");
            Header.ModelSignature = reader.ReadUInt64();
            Header.ModelVerWritten = reader.ReadUInt32();
            Header.ModelVerReadable = reader.ReadUInt32();
            _loaderSignatures = [reader.ReadString(), reader.ReadString()];
            LoaderAssemblyName = reader.ReadString();
            int length = reader.ReadInt32();
            byte[] content = reader.ReadBytes(length);
            if (content.Length != length)
                throw new EndOfStreamException();
            Reader = new BinaryReader(new MemoryStream(content, writable: false));
        }
        catch (EndOfStreamException inner)
        {
            throw new FormatException($"The model in '{dir}' is truncated.", inner);
        }
    }

    public void CheckAtModel()
    {
        if (Reader.BaseStream.Position != 0)
            throw new InvalidOperationException("A component checks its version before it reads anything.");
    }

    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        CheckVersionInfo(ver);
    }

    public void CheckVersionInfo(VersionInfo ver)
    {
        if (Header.ModelSignature != ver.ModelSignature)
            throw new FormatException($"The model in '{Directory}' is of another kind.");
        if (Header.ModelVerReadable > ver.VerWrittenCur)
            throw new FormatException($"The model in '{Directory}' is of a newer version than this program reads.");
        if (Header.ModelVerWritten < ver.VerWeCanReadBack)
            throw new FormatException($"The model in '{Directory}' is of an older version than this program reads.");
    }

    public string LoadString() => Reader.ReadString();

    public string LoadNonEmptyString()
    {
        string value = LoadString();
        return value.Length > 0 ? value : throw new FormatException("An empty string stands where a name was expected.");
    }

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        using Stream stream = Repository.OpenStreamOrNull(Directory, name);
        if (stream == null)
            return false;
        using var reader = new BinaryReader(stream);
        action(reader);
        return true;
    }

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra) where TRes : class
        => LoadModel<TRes, TSig>(env, out result, Repository, RepositoryPath.Combine(Directory, name), extra);

    public static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        Stream stream = rep.OpenStreamOrNull(dir, ModelStreamName)
            ?? throw new FormatException($"Corrupt model file: there is no '{RepositoryPath.Combine(dir, ModelStreamName)}'.");
        using var context = new ModelLoadContext(rep, stream, dir);
        result = context.Create<TRes>(env, typeof(TSig), extra);
    }

    // The class that saved this component, found by its loader signature in the assembly it names.
    private TRes Create<TRes>(IHostEnvironment env, Type signature, object[] extra) where TRes : class
    {
        if (!string.IsNullOrEmpty(LoaderAssemblyName))
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(LoaderAssemblyName));
        foreach (string loader in _loaderSignatures)
        {
            if (loader.Length > 0 && env.ComponentCatalog.TryCreate(signature, loader, env, [this, .. extra], out object created))
            {
                return created as TRes
                    ?? throw new InvalidOperationException($"'{loader}' loads a {created.GetType()}, not a {typeof(TRes)}.");
            }
        }
        throw new InvalidOperationException($"Couldn't find the class that loads '{string.Join("' or '", _loaderSignatures.Where(s => s.Length > 0))}' ({signature.Name}).");
    }

    public void Dispose() => Reader.Dispose();
}
