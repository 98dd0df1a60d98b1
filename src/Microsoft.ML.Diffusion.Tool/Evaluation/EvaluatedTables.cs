using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary>Files that are held against each other: the first says what the columns are, and the others are read as it is.</summary>
internal sealed class EvaluatedTables : IDisposable
{
    private readonly List<CsvBlocks> _files = [];
    private readonly List<BlockTable> _tables = [];

    private EvaluatedTables()
    {
    }

    /// <summary>All files, in the order in which they were named.</summary>
    public IReadOnlyList<BlockTable> All => _tables;

    /// <summary>The first one.</summary>
    public BlockTable First => _tables[0];

    /// <summary>Goes through the files.</summary>
    /// <param name="paths">At least one file.</param>
    /// <param name="schema">What the user says of the columns.</param>
    /// <param name="open">Opens a file.</param>
    /// <param name="warn">Told, in a sentence, of what the user may want to know.</param>
    /// <exception cref="InputException">One cannot be read, lacks a column of the first, or has a cell that is no number where one must
    /// be.</exception>
    public static EvaluatedTables Read(IEnumerable<string> paths, SchemaOptions schema, Func<string, CsvBlocks> open, Action<string> warn)
    {
        var tables = new EvaluatedTables();
        try
        {
            foreach (string path in paths)
            {
                CsvBlocks file = open(path);
                tables._files.Add(file);
                tables._tables.Add(
                    tables._tables.Count == 0 ? BlockTable.Infer(file, schema, warn) : BlockTable.Like(file, schema.Missing, tables.First));
            }

            return tables;
        }
        catch
        {
            tables.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a file without rows.</summary>
    /// <exception cref="InputException">It has none.</exception>
    public static void RefuseNoRows(BlockTable table)
    {
        if (table.RowCount == 0)
            throw new InputException($"{table.Path} has a header and no rows; at least one was expected.");
    }

    /// <summary>All files as views, each of which is read by one cursor at a time.</summary>
    public IDataView[] ToViews() => [.. _tables.Select(table => table.ToView())];

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.Dispose());
}
