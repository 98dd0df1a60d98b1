using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Saving;

/// <summary>Writes a view as a file of columns that appears under its name once it is whole.</summary>
internal static class TableSaver
{
    /// <summary>Writes all rows.</summary>
    public static void Save(
        StoredFormat format, IDataView data, string path, int groupSize, CancellationToken cancel)
    {
        DataViewSchema.Column[] columns = [.. data.Schema.Where(column => !column.IsHidden)];
        SavedColumn[] saved = [.. columns.Select(SavedColumn.Of)];
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16))
                WriteAsync(format, data, columns, saved, output, groupSize, cancel).GetAwaiter().GetResult();
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static async Task WriteAsync(
        StoredFormat format, IDataView data, DataViewSchema.Column[] columns, SavedColumn[] saved, Stream output, int groupSize,
        CancellationToken cancel)
    {
        await using StoredTableWriter writer = await format.CreateWriterAsync(
            output, [.. saved.Select(column => column.Target)], groupSize, cancel).ConfigureAwait(false);
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Action[] adders = [.. saved.Select((column, i) => column.Adder(cursor, writer.Values[i]))];
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            foreach (Action add in adders)
                add();
            await writer.EndRowAsync(cancel).ConfigureAwait(false);
        }

        await writer.FinishAsync(cancel).ConfigureAwait(false);
    }
}
