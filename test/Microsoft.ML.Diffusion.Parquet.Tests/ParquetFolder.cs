using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Tests;

/// <summary>A folder of Parquet files that are written with Parquet.Net itself; it goes away with its test.</summary>
internal sealed class ParquetFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parquet-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    public string PathOf(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Writes a file of row groups.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="fields">The columns.</param>
    /// <param name="groups">For each row group, for each column, an array of its values: of strings, or of numbers that may be null where
    /// the column may be.</param>
    public string Write(string name, DataField[] fields, params Array[][] groups)
    {
        WriteAsync(PathOf(name), fields, groups).GetAwaiter().GetResult();
        return PathOf(name);
    }

    /// <summary>The columns of a file, each with its type, and the values of all its row groups.</summary>
    public static (DataField[] Fields, object?[][] Rows, int RowGroups) Read(string path) => ReadAsync(path).GetAwaiter().GetResult();

    private static async Task WriteAsync(string path, DataField[] fields, Array[][] groups)
    {
        using FileStream stream = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
        foreach (Array[] group in groups)
        {
            using ParquetRowGroupWriter rows = writer.CreateRowGroup();
            for (int i = 0; i < fields.Length; i++)
                await WriteAsync(rows, fields[i], group[i]);
        }
    }

    private static async Task WriteAsync(ParquetRowGroupWriter rows, DataField field, Array values)
    {
        switch (values)
        {
            case string[] texts:
                await rows.WriteAsync(field, texts);
                break;
            case int[] numbers:
                await rows.WriteAsync<int>(field, numbers.AsMemory());
                break;
            case bool[] flags:
                await rows.WriteAsync<bool>(field, flags.AsMemory());
                break;
            case int?[] numbers:
                await rows.WriteAsync<int>(field, numbers.AsMemory());
                break;
            case long?[] numbers:
                await rows.WriteAsync<long>(field, numbers.AsMemory());
                break;
            case bool?[] flags:
                await rows.WriteAsync<bool>(field, flags.AsMemory());
                break;
            case float?[] numbers:
                await rows.WriteAsync<float>(field, numbers.AsMemory());
                break;
            case double?[] numbers:
                await rows.WriteAsync<double>(field, numbers.AsMemory());
                break;
            case decimal?[] numbers:
                await rows.WriteAsync<decimal>(field, numbers.AsMemory());
                break;
            case DateTime?[] moments:
                await rows.WriteAsync<DateTime>(field, moments.AsMemory());
                break;
            case Guid?[] ids:
                await rows.WriteAsync<Guid>(field, ids.AsMemory());
                break;
            default:
                throw new NotSupportedException(values.GetType().Name);
        }
    }

    private static async Task<(DataField[] Fields, object?[][] Rows, int RowGroups)> ReadAsync(string path)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        DataField[] fields = reader.Schema.DataFields;
        List<object?[]> rows = [];
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using ParquetRowGroupReader values = reader.OpenRowGroupReader(group);
            List<object?[]> columns = [];
            foreach (DataField field in fields)
                columns.Add(await ReadAsync(values, field));
            for (int row = 0; row < values.RowCount; row++)
                rows.Add([.. columns.Select(column => column[row])]);
        }

        return (fields, [.. rows], reader.RowGroupCount);
    }

    private static Task<object?[]> ReadAsync(ParquetRowGroupReader rows, DataField field) =>
        field.ClrType == typeof(int) ? Of<int>(rows, field)
        : field.ClrType == typeof(long) ? Of<long>(rows, field)
        : field.ClrType == typeof(uint) ? Of<uint>(rows, field)
        : field.ClrType == typeof(ulong) ? Of<ulong>(rows, field)
        : field.ClrType == typeof(bool) ? Of<bool>(rows, field)
        : field.ClrType == typeof(float) ? Of<float>(rows, field)
        : field.ClrType == typeof(double) ? Of<double>(rows, field)
        : field.ClrType == typeof(decimal) ? Of<decimal>(rows, field)
        : field.ClrType == typeof(DateTime) ? Of<DateTime>(rows, field)
        : field.ClrType == typeof(Guid) ? Of<Guid>(rows, field)
        : Texts(rows, field);

    private static async Task<object?[]> Of<T>(ParquetRowGroupReader rows, DataField field)
        where T : struct
    {
        if (!field.IsNullable)
        {
            var certain = new T[rows.RowCount];
            await rows.ReadAsync<T>(field, certain.AsMemory());
            return [.. certain.Cast<object>()];
        }

        var values = new T?[rows.RowCount];
        await rows.ReadAsync<T>(field, values.AsMemory());
        return [.. values.Select(value => (object?)value)];
    }

    private static async Task<object?[]> Texts(ParquetRowGroupReader rows, DataField field)
    {
        var values = new string?[rows.RowCount];
        await rows.ReadAsync(field, values.AsMemory());
        return [.. values];
    }
}
