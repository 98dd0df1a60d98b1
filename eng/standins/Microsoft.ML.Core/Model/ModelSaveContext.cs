namespace Microsoft.ML;

// The place where one component saves itself: a stream of its own, further named streams, and directories for the
// components it holds.
public sealed class ModelSaveContext : IDisposable
{
    private readonly MemoryStream _content = new();
    private VersionInfo _version;
    private bool _done;

    internal readonly RepositoryWriter Repository;
    internal readonly string Directory;
    internal readonly BinaryWriter Writer;

    internal ModelSaveContext(RepositoryWriter rep, string dir)
    {
        Repository = rep;
        Directory = dir;
        Writer = new BinaryWriter(_content);
    }

    internal void CheckAtModel()
    {
        if (_content.Position != 0)
            throw new InvalidOperationException("A component sets its version before it writes anything.");
    }

    internal void SetVersionInfo(VersionInfo ver) => _version = ver;

    internal void SaveModel<T>(T value, string name) where T : class
    {
        if (value != null)
            SaveModel(Repository, value, RepositoryPath.Combine(Directory, name));
    }

    internal static void SaveModel<T>(RepositoryWriter rep, T value, string path) where T : class
    {
        if (value is not ICanSaveModel model)
            throw new InvalidOperationException($"A {value.GetType()} cannot be saved.");
        using var context = new ModelSaveContext(rep, path);
        model.Save(context);
        context.Done();
    }

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        using var writer = new BinaryWriter(Repository.CreateStream(Directory, name));
        action(writer);
    }

    internal void SaveString(string str) => Writer.Write(str ?? throw new ArgumentNullException(nameof(str)));

    internal void SaveNonEmptyString(string str)
    {
        ArgumentException.ThrowIfNullOrEmpty(str);
        SaveString(str);
    }

    internal void Done()
    {
        if (_done)
            return;
        _done = true;
        Writer.Flush();
        using var writer = new BinaryWriter(Repository.CreateStream(Directory, ModelLoadContext.ModelStreamName));
        writer.Write(ModelLoadContext.Magic);
        writer.Write(_version.ModelSignature);
        writer.Write(_version.VerWrittenCur);
        writer.Write(_version.VerReadableCur);
        writer.Write(_version.LoaderSignature ?? "");
        writer.Write(_version.LoaderSignatureAlt ?? "");
        writer.Write(_version.LoaderAssemblyName ?? "");
        writer.Write(checked((int)_content.Length));
        writer.Write(_content.GetBuffer(), 0, (int)_content.Length);
    }

    public void Dispose() => Writer.Dispose();
}
