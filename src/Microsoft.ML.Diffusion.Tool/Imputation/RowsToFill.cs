using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.Diffusion.Tool.Commands;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>Which rows of a file are filled in, and what their draws depend on beside the seed.</summary>
/// <param name="FirstRow">How many rows stand before the file in the table that was split into files.</param>
/// <param name="IdColumn">The column whose cell says which row it is, wherever it stands; null for its number.</param>
/// <param name="Part">The rows that are filled and written; null for all, with the header.</param>
internal sealed record RowsToFill(long FirstRow = 0, string? IdColumn = null, RowRange? Part = null)
{
    /// <summary>The place of the column of ids in a file; null for none.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public int? IdColumnIn(CsvBlocks file)
    {
        if (IdColumn is null)
            return null;
        int index = file.ColumnNames.Index().FirstOrDefault(column => column.Item == IdColumn, (Index: -1, Item: string.Empty)).Index;
        return index >= 0 ? index : throw new InputException(
            $"{file.Path} has no column '{IdColumn}', which --id names{NearNames.Ask(IdColumn, file.ColumnNames)}");
    }

    /// <summary>The ids of the rows of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="first">The number of its first row in the file, from 0.</param>
    /// <param name="idColumn">The place of the column of ids; null for the rows' numbers.</param>
    /// <exception cref="InputException">A row has no id.</exception>
    public ulong[] Ids(CsvDocument block, long first, int? idColumn)
    {
        var ids = new ulong[block.RowCount];
        for (int row = 0; row < ids.Length; row++)
            ids[row] = idColumn is { } column ? IdOf(block, row, column) : (ulong)(FirstRow + first + row);
        return ids;
    }

    private static ulong IdOf(CsvDocument block, int row, int column)
    {
        ReadOnlySpan<byte> text = block.Content(row, column);
        if (text.IsEmpty)
            throw new InputException($"{block.Locate(row, column)}: the row has no id, which --id says that its draws depend on.");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
