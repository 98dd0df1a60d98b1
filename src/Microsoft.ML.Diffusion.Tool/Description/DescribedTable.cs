using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>What was found out about a table.</summary>
/// <param name="Path">Name of its file.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Profiles">What its columns are.</param>
/// <param name="Patterns">Which of them are missing together, in all rows.</param>
/// <param name="Dependences">On what it depends whether cells are missing, in the sample, the strongest first.</param>
/// <param name="Relations">What holds in all rows of the sample, as a training finds it.</param>
/// <param name="SampledRows">How many rows the sample has.</param>
internal sealed record DescribedTable(
    string Path,
    long Rows,
    IReadOnlyList<ColumnProfile> Profiles,
    MissingPatterns Patterns,
    IReadOnlyList<MissingDependence> Dependences,
    IReadOnlyList<Relation> Relations,
    int SampledRows)
{
    // What says most comes first.
    private static readonly RelationKind[] s_order =
    [
        RelationKind.Equality, RelationKind.Dependency, RelationKind.Calendar, RelationKind.Order, RelationKind.Combination, RelationKind.Missing,
        RelationKind.Sign,
    ];

    /// <summary>Whether the sample is smaller than the table.</summary>
    public bool IsSampled => SampledRows < Rows;

    /// <summary>Goes twice through a file: first for what its columns are, then for which cells are missing and for a sample of the
    /// rows.</summary>
    /// <exception cref="InputException">The user names a column that the file lacks, or a role that a column cannot have.</exception>
    public static DescribedTable Of(CsvBlocks file, SchemaOptions schema, CancellationToken cancel)
    {
        IReadOnlyList<ColumnProfile> profiles = new TableSurvey(file.Path, file.ColumnNames, file.Read, schema).Profile();
        var cells = new MissingCells(schema.Missing, profiles);
        var patterns = new MissingPatterns(cells, profiles.Count);
        var sample = new RowSample(profiles, cells, file.RowCount);
        foreach (CsvDocument block in file.Read())
        {
            ParallelLoop.Run(2, i =>
            {
                if (i == 0)
                    patterns.Add(block);
                else
                    sample.Add(block);
            }, cancel: cancel);
        }

        CompactTable table = sample.ToTable();
        IReadOnlyList<MissingDependence> dependences = patterns.IsComplete ? [] : MissingTests.Run(table, profiles, cancel);
        Relation[] relations =
        [
            .. RelationSet.Find(table, cancel: cancel).Relations
                .Where(relation => Matters(relation, profiles))
                .OrderBy(relation => Array.IndexOf(s_order, relation.Kind)),
        ];
        return new DescribedTable(file.Path, file.RowCount, profiles, patterns, dependences, relations, table.RowCount);
    }

    // Keys and free text decide every other column and say nothing by that; that a date lies after 1970 is no news.
    private static bool Matters(Relation relation, IReadOnlyList<ColumnProfile> profiles)
    {
        ColumnRole[] roles = [.. relation.Columns.Select(column => profiles[column].Role)];
        return relation.Kind == RelationKind.Missing || (!roles.Any(role => role.IsIdentifying())
            && (relation.Kind != RelationKind.Sign || roles.All(role => role is ColumnRole.Number or ColumnRole.Amount)));
    }
}
