using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>Writes what an imputer put into missing cells the way the file writes its own.</summary>
internal static class CellFiller
{
    /// <summary>The edits that put a completed table's values into the missing cells of the file.</summary>
    /// <param name="table">The file.</param>
    /// <param name="completed">The same rows, filled; what is NaN there stays as it is.</param>
    /// <param name="targets">Names of the columns to fill.</param>
    /// <param name="formats">How the model's columns write numbers, by name.</param>
    public static IEnumerable<CellEdit> Edits(CsvTable table, Table completed, IEnumerable<string> targets, IReadOnlyDictionary<string, NumberFormat> formats)
    {
        var names = targets.ToHashSet(StringComparer.Ordinal);
        (CsvColumn Source, int Column)[] columns =
        [
            .. TableConversion.Sources(table, completed.Columns)
                .Select((source, i) => (Source: source, i))
                .Where(x => names.Contains(x.Source.Name))
                .OrderBy(x => x.Source.Index),
        ];
        NumberFormat?[] numbers = [.. columns.Select(x => x.Source.Use == ColumnUse.Numeric ? Format(table, x.Source, formats) : null)];
        for (int row = 0; row < completed.RowCount; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                (CsvColumn source, int column) = columns[i];
                double value = completed[row, column];
                if (!source.IsMissing(row) || double.IsNaN(value))
                    continue;
                byte[] content = numbers[i] is { } format
                    ? format.Cell(value, table.Document.Separator)
                    : source.Spell(completed.Columns[column].Categories[(int)value], table.Document.Separator);
                yield return new CellEdit(row, source.Index, CsvCell.Replace(table.Document.Raw(row, source.Index), content));
            }
        }
    }

    /// <summary>Decimals and range as the model's column had them, decimal mark and quotes as the file has them.</summary>
    public static NumberFormat Format(CsvTable table, CsvColumn column, IReadOnlyDictionary<string, NumberFormat> formats)
    {
        NumberFormat own = column.Format!;
        if (!formats.TryGetValue(column.Name, out NumberFormat? model))
            return own;
        if (model.Entry is not null)
            return model with { Quoted = own.Quoted };
        return own == NumberFormat.Any
            ? model with { DecimalComma = model.DecimalComma && table.Document.Separator != ',' }
            : model with { DecimalComma = own.DecimalComma, Quoted = own.Quoted };
    }
}
