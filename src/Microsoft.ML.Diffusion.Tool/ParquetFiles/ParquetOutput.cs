using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.ParquetFiles;

/// <summary>Makes a Parquet file of CSV text that is written piece by piece. The text lies on disk until it is whole, since the type of a
/// column that is not known before is found from all its cells.</summary>
internal sealed class ParquetOutput : IDisposable
{
    private readonly string _path;
    private readonly CsvOptions _options;
    private readonly bool _escapesByBackslash;
    private readonly Dictionary<string, ParquetColumn> _known;
    private readonly FileStream _text;

    /// <param name="path">The file's name, for messages.</param>
    /// <param name="source">The file that the text comes from: says how it is written, and of what types its columns are. Null where there
    /// is none.</param>
    /// <param name="isFilled">Whether no cell is empty that has a value in the source, so that a column that may not be null there stays
    /// one.</param>
    public ParquetOutput(string path, CsvBlocks? source, bool isFilled)
    {
        _path = path;
        _options = source?.WrittenAs ?? CsvOptions.Default;
        _escapesByBackslash = source?.Beginning.EscapesByBackslash ?? false;
        _known = (source?.Parquet ?? []).ToDictionary(
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

    /// <summary>Writes the Parquet file.</summary>
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
        ParquetColumn[] columns = FindColumns();
        await using ParquetFileWriter writer = await ParquetFileWriter.CreateAsync(
            output, columns, ParquetFileWriter.DefaultRowGroupSize, CancellationToken.None).ConfigureAwait(false);
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

    private ParquetColumn[] FindColumns()
    {
        IReadOnlyList<string> names = [];
        FoundType[] found = [];
        foreach (CsvDocument block in Read())
        {
            if (found.Length == 0)
            {
                names = block.ColumnNames;
                found = [.. Enumerable.Range(0, names.Count).Select(i => new FoundType(i))];
                if (names.All(_known.ContainsKey))
                    break;
            }

            for (int i = 0; i < found.Length; i++)
            {
                if (!_known.ContainsKey(names[i]))
                    found[i].Look(block);
            }
        }

        return [.. names.Select((name, i) => _known.GetValueOrDefault(name) ?? new ParquetColumn(name, found[i].Type))];
    }

    private IEnumerable<CsvDocument> Read()
    {
        _text.Position = 0;
        using var reader = new CsvBlockReader(_text, _path, _options, null, _escapesByBackslash, CsvBlocks.DefaultBlockBytes);
        while (reader.Read() is { } block)
            yield return block;
    }
}
