namespace Microsoft.ML.Data;

// What a loader reads: any number of files or streams, each as often as needed.
public interface IMultiStreamSource
{
    int Count { get; }
    string GetPathOrNull(int index);
    Stream Open(int index);
    TextReader OpenTextReader(int index);
}

public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    public MultiFileSource(params string[] paths) => _paths = paths ?? throw new ArgumentNullException(nameof(paths));

    public int Count => _paths.Length;
    public string GetPathOrNull(int index) => _paths[index];
    public Stream Open(int index) => File.OpenRead(_paths[index]);
    public TextReader OpenTextReader(int index) => new StreamReader(_paths[index]);
}
