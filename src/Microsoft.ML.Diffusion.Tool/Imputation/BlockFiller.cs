using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Shards;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>Fills the missing cells of a file block by block, and writes every block as soon as it is filled.</summary>
/// <param name="columns">The model's columns in the file.</param>
/// <param name="targets">Names of those that are filled.</param>
/// <param name="draws">What fills the missing cells of a block of rows with these ids, once for each output.</param>
/// <param name="relations">What must hold in the rows that are filled; null for nothing.</param>
/// <param name="filled">Which rows are filled in and written, and what their draws depend on.</param>
/// <param name="rewriter">What else changes; null for nothing.</param>
internal sealed class BlockFiller(
    ModelColumns columns,
    IReadOnlyCollection<string> targets,
    IReadOnlyList<Action<Table, ulong[], CancellationToken>> draws,
    IReadOnlyList<Relation>? relations,
    RowsToFill filled,
    VariantRewriter? rewriter = null)
{
    // A filled-in cell cannot break a relation that says that it is missing: it was asked to be filled in.
    private readonly Relation[] _relations = [.. (relations ?? []).Where(relation => relation.Kind != RelationKind.Missing)];

    // The columns that are filled, in the order of the file, each with its place in the model.
    private readonly (ModelColumn Column, int Place)[] _targets =
    [
        .. columns.All
            .Select((column, place) => (column, place))
            .Where(x => targets.Contains(x.column.Name, StringComparer.Ordinal))
            .OrderBy(x => x.column.Index),
    ];

    /// <summary>The number of the imputation, from 1, whose rows are written in long form; null to write the file as it is.</summary>
    public int? LongForm { get; init; }

    /// <summary>Tells how sure the filled-in cells are, in more cells of each row; null to add none. There is one output then.</summary>
    public RowIntervals? Intervals { get; init; }

    // Whether a cell of the block is missing: row after row.
    private bool[] _isMissing = [];

    /// <summary>Rows with missing cells, of the last output, that break a relation once they are filled: their observed cells leave nothing
    /// else.</summary>
    public long BrokenRows { get; private set; }

    /// <summary>Fills a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="outputs">One writer a draw.</param>
    /// <param name="progress">Told the share of the rows that are done.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <returns>How many cells were filled in each output, and how many more cells of the model's columns were missing.</returns>
    public (long Filled, long Left) Fill(
        CsvBlocks file, IReadOnlyList<CsvWriter> outputs, IProgress<double> progress, CancellationToken cancel)
    {
        long all = 0, missing = 0, count = filled.Part?.Count ?? file.RowCount;
        int? idColumn = filled.IdColumnIn(file);
        foreach ((CsvDocument block, long first) in PartRows.Read(file, filled.Part))
        {
            if (file.IsStream)
                columns.Look(block);
            Table rows = Read(block, out int missingHere);
            bool isComplete = missingHere == 0;
            ulong[] ids = isComplete ? [] : filled.Ids(block, first, idColumn);
            long inBlock = 0;
            for (int draw = 0; draw < outputs.Count; draw++)
            {
                Table completed = draw == outputs.Count - 1 ? rows : rows.Clone();
                if (!isComplete && Intervals is not null)
                    Intervals.Complete(completed, cancel);
                else if (!isComplete)
                    draws[draw](completed, ids, cancel);
                if (!isComplete && draw == outputs.Count - 1)
                    BrokenRows += CountBroken(completed);
                CellEdit[] edits = isComplete ? [] : [.. Edits(block, completed)];
                long firstRow = filled.FirstRow + first;
                if (Intervals is null)
                    outputs[draw].Write(output => block.Write(output, WithRewritten(block, edits), LongForm, firstRow));
                else
                    outputs[draw].Write(output => Intervals.Write(block, first == 0, WithRewritten(block, edits), edits, output));
                inBlock = edits.Length;
            }

            all += inBlock;
            missing += missingHere;
            if (!file.IsStream)
                progress.Report(count == 0 ? 1 : (first - (filled.Part?.First ?? 0) + block.RowCount) / (double)count);
        }

        return (all, missing - all);
    }

    private int CountBroken(Table completed)
    {
        int width = columns.All.Count, broken = 0;
        for (int row = 0; _relations.Length > 0 && row < completed.RowCount; row++)
        {
            if (!_isMissing.AsSpan(row * width, width).Contains(true))
                continue;
            foreach (Relation relation in _relations)
            {
                if (relation.Holds(completed.Row(row)))
                    continue;
                broken++;
                break;
            }
        }

        return broken;
    }

    private IEnumerable<CellEdit> WithRewritten(CsvDocument block, CellEdit[] edits) => rewriter is null
        ? edits
        : edits.Concat(rewriter.Edits(block)).OrderBy(edit => edit.Row).ThenBy(edit => edit.Column);

    private Table Read(CsvDocument block, out int missing)
    {
        int width = columns.All.Count;
        var rows = new Table(columns.TableColumns, block.RowCount);
        if (_isMissing.Length < block.RowCount * width)
            _isMissing = new bool[block.RowCount * width];
        int sum = 0;
        ParallelLoop.Run(width, column =>
        {
            ModelColumn source = columns.All[column];
            int own = 0;
            for (int row = 0; row < block.RowCount; row++)
            {
                bool isMissing = source.IsMissing(block, row, out double value);
                rows[row, column] = value;
                _isMissing[(row * width) + column] = isMissing;
                own += isMissing ? 1 : 0;
            }

            Interlocked.Add(ref sum, own);
        });
        missing = sum;
        return rows;
    }

    private IEnumerable<CellEdit> Edits(CsvDocument block, Table completed)
    {
        int width = columns.All.Count;
        for (int row = 0; row < block.RowCount; row++)
        {
            foreach ((ModelColumn column, int place) in _targets)
            {
                double value = completed[row, place];
                if (!_isMissing[(row * width) + place] || double.IsNaN(value))
                    continue;
                yield return new CellEdit(
                    row, column.Index, CsvCell.Replace(block.Raw(row, column.Index), column.Spell(block, value)));
            }
        }
    }
}
