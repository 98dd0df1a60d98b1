using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Finds out what the columns of a file are.</summary>
internal static class DocumentProfiles
{
    /// <summary>One profile a column.</summary>
    /// <exception cref="InputException">The user names a column that the file lacks, or a role that a column cannot have.</exception>
    public static IReadOnlyList<ColumnProfile> Of(CsvDocument document, SchemaOptions options)
    {
        var profiler = new TableProfiler(document.ColumnNames);
        Parallel.For(0, document.ColumnCount, column =>
        {
            for (int row = 0; row < document.RowCount; row++)
            {
                string cell = document.Text(row, column);
                bool isMissing = options.Missing.IsMissing(document, row, column) || string.Equals(cell, "nan", StringComparison.OrdinalIgnoreCase);
                profiler.Add(column, cell, isMissing);
            }
        });
        try
        {
            options.Roles?.CheckAgainst(document.ColumnNames);
            return profiler.ToProfiles(options.Roles);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new InputException($"--columns does not fit {document.Path}: {e.Message}", e);
        }
    }
}
