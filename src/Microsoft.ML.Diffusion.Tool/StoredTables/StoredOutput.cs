using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.StoredTables;

/// <summary>Makes a Parquet or Arrow file of CSV text that is written piece by piece. The text lies on disk until it is whole, since the
/// type of a column that is not known before is found from all its cells.</summary>
internal sealed class StoredOutput : IDisposable
{
    private readonly StoredFormat _format;
    private readonly string _path;
    private readonly CsvOptions _options;
    private readonly bool _escapesByBackslash;
    private readonly Dictionary<string, StoredColumn> _known;
    private readonly FileStream _text;

    /// <param name="format">What the file is.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="source">The file that the text comes from: says how it is written, and of what types its columns are. Null where there
    /// is none.</param>
    /// <param name="isFilled">Whether no cell is empty that has a value in the source, so that a column that may not be null there stays
    /// one.</param>
    public StoredOutput(StoredFormat format, string path, CsvBlocks? source, bool isFilled)
    {
        _format = format;
        _path = path;
        _options = source?.WrittenAs ?? CsvOptions.Default;
        _escapesByBackslash = source?.Beginning.EscapesByBackslash ?? false;
        _known = (source?.Stored ?? []).ToDictionary(
            column => column.Name, column => column with { IsNullable = column.IsNullable || !isFilled }, StringComparer.Ordinal);
        try
        {
            _text = RepeatedInput.CreateCopy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(path, e);
        }
    }

    /// <summary>Takes a piece of the text.</summary>
    public void Add(Action<Stream> write) => write(_text);

    /// <summary>Writes the file.</summary>
    /// <exception cref="InputException">A cell does not fit its column.</exception>
    public void WriteTo(Stream output)
    {
        _text.Flush();
        WriteAsync(output).GetAwaiter().GetResult();
    }

    /// <inheritdoc />
    public void Dispose() => _text.Dispose();

    private async Task WriteAsync(Stream output)
    {
        StoredColumn[] columns = FindColumns();
        await using StoredTableWriter writer = await _format.CreateWriterAsync(
            output, columns, StoredTableWriter.DefaultGroupSize, CancellationToken.None).ConfigureAwait(false);
        CellReader[] readers = [.. columns.Select((column, i) => new CellReader(column, writer.Values[i], columns.Length == 1))];
        foreach (CsvDocument block in Read())
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                for (int i = 0; i < readers.Length; i++)
                    readers[i].Add(block, row, i);
                await writer.EndRowAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }

        await writer.FinishAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private StoredColumn[] FindColumns()
    {
        IReadOnlyList<string> names = [];
        FoundType[] found = [];
        HashSet<string>?[] levels = [];
        foreach (CsvDocument block in Read())
        {
            if (found.Length == 0)
            {
                names = block.ColumnNames;
                found = [.. Enumerable.Range(0, names.Count).Select(i => new FoundType(i))];
                levels = [.. names.Select(name => _known.GetValueOrDefault(name)?.Type.Levels is null
                    ? null : new HashSet<string>(StringComparer.Ordinal))];
                if (names.All(_known.ContainsKey) && levels.All(texts => texts is null))
                    break;
            }

            for (int i = 0; i < found.Length; i++)
            {
                if (levels[i] is { } texts)
                    AddTo(texts, block, i);
                else if (!_known.ContainsKey(names[i]))
                    found[i].Look(block);
            }
        }

        return [.. names.Select((name, i) => !_known.TryGetValue(name, out StoredColumn? known) ? new StoredColumn(name, found[i].Type)
            : levels[i] is { } texts ? known with { Type = known.Type.WithLevels(texts.Order(StringComparer.Ordinal)) }
            : known)];
    }

    // A model of other rows may fill in what the dictionary of these lacks.
    private static void AddTo(HashSet<string> levels, CsvDocument block, int index)
    {
        var texts = new StoredTexts();
        var reader = new CellReader(new StoredColumn(block.ColumnNames[index], new StoredType(StoredKind.Text)), texts, isAlone: false);
        for (int row = 0; row < block.RowCount; row++)
        {
            reader.Add(block, row, index);
            if (texts[row] is { } text)
                levels.Add(text);
        }
    }

    private IEnumerable<CsvDocument> Read()
    {
        _text.Position = 0;
        using var reader = new CsvBlockReader(_text, _path, _options, null, _escapesByBackslash, CsvBlocks.DefaultBlockBytes);
        while (reader.Read() is { } block)
            yield return block;
    }
}
