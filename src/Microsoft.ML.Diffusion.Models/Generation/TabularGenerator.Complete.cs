namespace Microsoft.ML.Diffusion.Models;

public sealed partial class TabularGenerator
{
    /// <summary>Rows for a method that needs complete ones and makes them by class: cells without holes and without the class, and the class
    /// of each row.</summary>
    private static (TableEncoder Encoder, LabelClasses Labels, float[] Cells, int[] Classes) EncodeComplete(
        string method, Table table, Options options, ProgressMeter meter, CancellationToken cancel)
    {
        int? label = options.LabelColumn is int column && table.Columns[column].Kind == ColumnKind.Categorical ? column : null;
        Table rows = new MeanModeImputer(table).Impute(table, cancel: cancel);
        if (Enumerable.Range(0, table.RowCount).Any(row => Enumerable.Range(0, table.Columns.Count).Any(i => double.IsNaN(table[row, i]))))
            meter.Say($"{method} needs complete rows: missing cells count as their column's mean or most frequent category.");
        LabelClasses labels = LabelClasses.Of(rows, label);
        int[] classes = label is int of ? [.. Enumerable.Range(0, rows.RowCount).Select(row => labels.Of(rows[row, of]))] : [];
        // By class, the class is not part of the row.
        for (int row = 0; label is int by && row < rows.RowCount; row++)
            rows[row, by] = double.NaN;
        List<string> warnings = [];
        TableEncoder encoder = TableEncoder.Fit(rows, NumericScaling.Quantile, warnings);
        warnings.ForEach(meter.Say);
        if (encoder.Encoded.Count == 0)
            throw new InvalidDataException($"No column but the label varies, so there is nothing for {method} to learn.");
        float[] cells = encoder.Encode(rows);
        FillRare(cells, encoder, rows);
        return (encoder, labels, cells, classes);
    }

    /// <summary>Gives categories too rare to be learned the most frequent one's place.</summary>
    private static void FillRare(float[] cells, TableEncoder encoder, Table rows)
    {
        int width = encoder.Encoded.Count;
        for (int i = 0; i < width; i++)
        {
            EncodedColumn column = encoder.Encoded[i];
            if (column.Scaler is not null)
                continue;
            int mode = Array.BinarySearch(column.Codes, (int)ColumnSummary.Of(rows, column.Source).BestGuess);
            for (int cell = i; cell < cells.Length; cell += width)
                cells[cell] = float.IsNaN(cells[cell]) ? mode : cells[cell];
        }
    }
}
