using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Roles;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>Writes what was found out about a table as a page for people, in the manner of the reports of <c>evaluate</c>: one file that
/// opens offline and prints.</summary>
internal static class DescriptionReport
{
    private const int ShownColumns = 60, ShownPatterns = 20, DrawnColumns = 40, ShownDependences = 100, ShownRelations = 500;

    /// <summary>Writes the page in UTF-8.</summary>
    /// <param name="table">What was found out.</param>
    /// <param name="origin">Which file it is, when it was read, and by which command.</param>
    /// <param name="stream">Where it goes; left open.</param>
    public static void Write(DescribedTable table, ResultOrigin origin, Stream stream)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        ReportPage.Write(writer, $"What {Path.GetFileName(table.Path)} holds",
            $"{Figures.Count(table.Rows)} rows of {Figures.Count(table.Profiles.Count)} columns. "
                + $"{Figures.Count(Missing(table))} cells are missing.",
            [
                ("columns", "Columns", Columns(table)),
                ("notes", "What to look at", Notes(table)),
                ("patterns", "Missing together", Patterns(table)),
                ("dependence", "On what it depends whether cells are missing", Dependences(table)),
                ("relations", "What holds between columns", Relations(table)),
                ("method", "How this was found", Method(table)),
            ],
            origin);
    }

    private static long Missing(DescribedTable table) =>
        table.Profiles.Sum(profile => profile.Statistics.Missing + profile.Statistics.Marked);

    private static IEnumerable<XElement> Columns(DescribedTable table)
    {
        XElement[] figures = [.. table.Profiles.Select(ColumnFigure.Of)];
        yield return Tag("div.panels", figures.Take(ShownColumns));
        if (figures.Length > ShownColumns)
            yield return Tag("details", Tag("summary", $"The other {figures.Length - ShownColumns} columns"),
                Tag("div.panels", figures.Skip(ShownColumns)));
    }

    private static IEnumerable<XElement> Notes(DescribedTable table)
    {
        string[] notes = [.. table.Profiles.SelectMany(TableDescription.Notes)];
        return notes.Length == 0 ? [Note("Nothing.")] : notes.Select(Note);
    }

    private static IEnumerable<XElement> Patterns(DescribedTable table)
    {
        if (table.Patterns.IsComplete)
            return [Note("No cell is missing.")];
        IReadOnlyList<MissingPattern> all = table.Patterns.MostFrequent();
        (string[] Names, double Count)[] shown =
        [
            .. all.Take(ShownPatterns).Select(pattern => (pattern.Columns.Select(column => table.Profiles[column].Name).ToArray(),
                (double)pattern.Count)),
        ];
        string[] columns = [.. all.Take(ShownPatterns).SelectMany(pattern => pattern.Columns).Distinct().Order()
            .Select(column => table.Profiles[column].Name)];
        string rest = all.Count > shown.Length ? $"; {Figures.Count(all.Count - shown.Length)} rarer patterns are left out" : string.Empty;
        XElement list = Table($"The most frequent sets of columns that are missing together{rest}",
            [WordHeading("Missing"), Heading("rows"), Heading("share")],
            shown.Select(pattern => Tag("tr", RowHeading(pattern.Names.Length == 0 ? "nothing" : string.Join(", ", pattern.Names)),
                Figure(pattern.Count, Figures.Count), Figure(pattern.Count / table.Rows, Figures.Share))));
        if (columns.Length is 0 or > DrawnColumns)
            return [list];
        XElement drawing = PatternDrawing.Of(columns,
            [.. shown.Select(pattern => ((IReadOnlyList<string>)pattern.Names, new[] { ("real", pattern.Count / table.Rows) }))]);
        return [Tag("div.beside", Tag("figure.wide", drawing), list)];
    }

    private static IEnumerable<XElement> Dependences(DescribedTable table)
    {
        if (table.Patterns.IsComplete)
            return [Note("No cell is missing.")];
        if (table.Dependences.Count == 0)
            return [Note("No test says that it depends on another column whether cells are missing. It may depend on what the missing "
                + "cells would say.")];
        return
        [
            Note("Where it depends on other columns, leaving out incomplete rows gives a wrong picture, and filling in learns from "
                + "those columns."),
            Table("The strongest dependences", [WordHeading("Column"), WordHeading("missing most often where"), Heading("share"),
                WordHeading("least often where"), Heading("share"), Heading("Cramér’s V"), Heading("probability by chance")],
                table.Dependences.Take(ShownDependences).Select(found => Tag("tr", RowHeading(found.Column), Words(found.MoreWhere),
                    Figure(found.More, Figures.Share), Words(found.LessWhere), Figure(found.Less, Figures.Share),
                    Figure(found.Strength, Figures.Score), Figure(found.Probability, Probability)))),
        ];
    }

    private static string Probability(double value) => value < 1e-12 ? "< 1e−12" : Figures.Value(value);

    private static IEnumerable<XElement> Relations(DescribedTable table) => table.Relations.Count == 0
        ? [Note("No relation was found.")]
        :
        [
            Note("Each holds in all rows in which it can be seen. Filling in and making rows keep them; --rule adds others."),
            Table(table.Relations.Count > ShownRelations ? $"The first {ShownRelations} of {Figures.Count(table.Relations.Count)} relations"
                : "Relations",
                [WordHeading("Kind"), WordHeading("Relation"), Heading("seen in rows")],
                table.Relations.Take(ShownRelations).Select(relation =>
                    Tag("tr", RowHeading(NameOf(relation.Kind)), Words(relation.Text), Figure(relation.Support, Figures.Count)))),
        ];

    private static string NameOf(RelationKind kind) => kind switch
    {
        RelationKind.Equality => "equality",
        RelationKind.Order => "order",
        RelationKind.Sign => "sign",
        RelationKind.Dependency => "one decides the other",
        RelationKind.Combination => "few combinations",
        RelationKind.Calendar => "date in parts",
        _ => "missing",
    };

    private static IEnumerable<XElement> Method(DescribedTable table)
    {
        yield return Note("What a column is, ranges, counts and patterns come from all rows. Cells with a mark that certainly means "
            + "“missing” count as missing in the patterns. Dependence: Pearson’s chi-square test of every pair of columns, numbers in "
            + "eighths of their rows, groups with fewer than 5 expected cells put together; probabilities corrected for the number of "
            + $"tests (Holm); told below {Figures.Plain(MissingTests.Level)} and from a Cramér’s V of "
            + $"{Figures.Plain(MissingTests.Weakest)} on.");
        yield return Note(table.IsSampled
            ? $"Dependences and relations come from {Figures.Count(table.SampledRows)} rows drawn at random."
            : "Dependences and relations come from all rows.");
        if (table.Profiles.Any(profile => profile.Statistics.IsDistinctEstimated))
            yield return Note("Where a column has “about” so many different values, that number and the picture come from a uniform "
                + "sample of its different values.");
    }
}
