namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>A kind of files that hold columns with types, in groups of rows.</summary>
internal abstract class StoredFormat
{
    /// <summary>The name, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>The ends of the names of its files.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Reads what a file says of itself: its columns, and the number of its rows where it says that.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="InvalidDataException">It is no such file, or is damaged.</exception>
    public abstract Task<(IReadOnlyList<StoredField> Fields, long? RowCount)> DescribeAsync(string file, CancellationToken cancel);

    /// <summary>Reads one group of rows after another.</summary>
    /// <param name="file">The file.</param>
    /// <param name="columns">Columns that it has.</param>
    /// <param name="values">Take the values of each column; null where it is not read.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>The number of rows of each group, whose values lie in <paramref name="values"/> until the next.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or is another than before.</exception>
    public abstract IEnumerable<int> Read(
        string file, IReadOnlyList<StoredColumn> columns, IReadOnlyList<StoredValues?> values, CancellationToken cancel);

    /// <summary>Starts a file.</summary>
    /// <param name="output">Takes the bytes; stays open.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="groupSize">Rows of a group.</param>
    /// <param name="cancel">Stops the writing.</param>
    public abstract Task<StoredTableWriter> CreateWriterAsync(
        Stream output, IReadOnlyList<StoredColumn> columns, int groupSize, CancellationToken cancel);

    /// <summary>Whether a name ends as those of its files do.</summary>
    public bool IsFile(string path) => Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>Its files in a folder, in the order of their names, but for those whose name starts with <c>_</c> or <c>.</c>.</summary>
    public string[] FilesIn(string folder) =>
    [
        .. Directory.EnumerateFiles(folder)
            .Where(file => IsFile(file) && Path.GetFileName(file)[0] is not ('_' or '.'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Opens a file that others may write, rename or delete meanwhile.</summary>
    protected static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);

    /// <summary>Runs what reads a file. Libraries throw what they happen to meet in a damaged one.</summary>
    /// <exception cref="InvalidDataException">It failed.</exception>
    protected async Task<TResult> GuardAsync<TResult>(string path, Func<Task<TResult>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException or UnauthorizedAccessException))
        {
            string article = Name[0] == 'A' ? "an" : "a", reason = e.Message.ReplaceLineEndings(" ").TrimEnd('.');
            throw new InvalidDataException($"{path} cannot be read as {article} {Name} file: {reason}.", e);
        }
    }
}
