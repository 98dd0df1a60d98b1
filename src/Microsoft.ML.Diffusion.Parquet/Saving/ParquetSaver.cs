using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Saving;

/// <summary>Writes a view as a Parquet file that appears under its name once it is whole.</summary>
internal static class ParquetSaver
{
    /// <summary>Writes all rows.</summary>
    public static void Save(IDataView data, string path, int rowGroupSize, CancellationToken cancel)
    {
        DataViewSchema.Column[] columns = [.. data.Schema.Where(column => !column.IsHidden)];
        SavedColumn[] saved = [.. columns.Select(SavedColumn.Of)];
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16))
                WriteAsync(data, columns, saved, output, rowGroupSize, cancel).GetAwaiter().GetResult();
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static async Task WriteAsync(
        IDataView data, DataViewSchema.Column[] columns, SavedColumn[] saved, Stream output, int rowGroupSize, CancellationToken cancel)
    {
        await using ParquetFileWriter writer = await ParquetFileWriter.CreateAsync(
            output, [.. saved.Select(column => column.Target)], rowGroupSize, cancel).ConfigureAwait(false);
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
