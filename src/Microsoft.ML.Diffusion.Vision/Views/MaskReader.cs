using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>Reads the mask of a row: the class of each pixel.</summary>
internal static class MaskReader
{
    /// <summary>Refuses a column that holds no masks.</summary>
    /// <exception cref="ArgumentException">It holds none.</exception>
    public static void Check(DataViewSchema.Column column) => Check(
        column.Name, column.Type is VectorDataViewType, (column.Type as VectorDataViewType)?.ItemType ?? column.Type,
        () => ColumnTypes.Describe(column.Type));

    /// <inheritdoc cref="Check(DataViewSchema.Column)"/>
    public static void Check(SchemaShape.Column column) => Check(
        column.Name, column.Kind != SchemaShape.Column.VectorKind.Scalar, column.ItemType, () => ColumnTypes.Describe(column));

    /// <summary>The names of classes behind the keys of a column; null where it has no keys.</summary>
    /// <param name="column">The column.</param>
    public static string[]? ClassNames(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { ItemType: KeyDataViewType key })
            return null;
        if (key.Count is < 1 or > byte.MaxValue)
        {
            throw ColumnRefusal.Of(
                $"Column '{column.Name}' has {key.Count} keys, and a mask has at most {byte.MaxValue} classes.");
        }

        string[]? names = TextAnnotation.Of(column, "KeyValues");
        return names?.Length == (int)key.Count ? names : Numbered((int)key.Count);
    }

    /// <summary>Names of classes that have none.</summary>
    public static string[] Numbered(int count) =>
        [.. Enumerable.Range(0, count).Select(label => label.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Opens a column; null is read where a row has no mask.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <param name="column">The column.</param>
    /// <param name="ignored">The label of pixels whose class is not known.</param>
    public static Func<RawMask?> Open(DataViewRow row, DataViewSchema.Column column, int ignored)
    {
        if (column.Type is ImageDataViewType)
            return OpenImages(row, column, ignored);
        DataViewType item = ((VectorDataViewType)column.Type).ItemType;
        bool isKey = item is KeyDataViewType;
        if (item.RawType == typeof(float))
            return OpenVectors<float>(row, column, isKey, ignored);
        if (item.RawType == typeof(byte))
            return OpenVectors<byte>(row, column, isKey, ignored);
        return item.RawType == typeof(ushort)
            ? OpenVectors<ushort>(row, column, isKey, ignored)
            : OpenVectors<uint>(row, column, isKey, ignored);
    }

    private static void Check(string name, bool isVector, DataViewType item, Func<string> describe)
    {
        Type raw = item.RawType;
        bool isMask = isVector
            ? raw == typeof(float) || raw == typeof(byte) || raw == typeof(ushort) || raw == typeof(uint)
            : item is ImageDataViewType;
        if (!isMask)
        {
            throw ColumnRefusal.Of($"Column '{name}' is {describe()}, which is no mask; an MLImage, or a vector of Byte, UInt32, Single " +
                "or keys with a class for each pixel, was expected.");
        }
    }

    private static Func<RawMask?> OpenImages(DataViewRow row, DataViewSchema.Column column, int ignored)
    {
        ValueGetter<MLImage> get = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return () =>
        {
            get(ref image!);
            if (image is null)
                return null;
            byte[] mask = new byte[image.Height * image.Width];
            for (int i = 0; i < mask.Length; i++)
            {
                (byte red, byte green, byte blue) = PictureReader.Pixel(image, i);
                if (red != green || red != blue)
                {
                    throw new InvalidDataException(
                        $"A mask in column '{column.Name}' has a coloured pixel ({red}, {green}, {blue}): masks are " +
                        "grey images, and the grey value is the class.");
                }

                mask[i] = red == ignored ? LabelledPicture.Ignored : red;
            }

            return new RawMask(image.Height, image.Width, mask);
        };
    }

    private static Func<RawMask?> OpenVectors<T>(DataViewRow row, DataViewSchema.Column column, bool isKey, int ignored)
        where T : INumber<T>
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        (int height, int width) = SizeOf((VectorDataViewType)column.Type);
        return () =>
        {
            get(ref vector);
            if (vector.Length == 0)
                return null;
            byte[] mask = new byte[vector.Length];
            int i = 0;
            foreach (T item in vector.DenseValues())
                mask[i++] = isKey ? OfKey(item) : Label(item, column.Name, ignored);
            return new RawMask(height, width, mask);
        };
    }

    /// <summary>Lines and pixels of a line, where the dimensions of a vector say so; otherwise 0.</summary>
    private static (int Height, int Width) SizeOf(VectorDataViewType type)
    {
        int[] dimensions = [.. type.Dimensions];
        return dimensions switch
        {
            [> 0 and int height, > 0 and int width] => (height, width),
            [1, > 0 and int height, > 0 and int width] => (height, width),
            [> 0 and int height, > 0 and int width, 1] => (height, width),
            _ => default,
        };
    }

    private static byte OfKey<T>(T key)
        where T : INumber<T> => T.IsZero(key) ? LabelledPicture.Ignored : byte.CreateTruncating(key - T.One);

    private static byte Label<T>(T value, string column, int ignored)
        where T : INumber<T>
    {
        if (T.IsNaN(value) || value == T.CreateTruncating(ignored))
            return LabelledPicture.Ignored;
        if (!T.IsInteger(value) || T.IsNegative(value) || value >= T.CreateSaturating((int)LabelledPicture.Ignored))
        {
            string label = value.ToString(null, CultureInfo.InvariantCulture);
            throw new InvalidDataException($"A mask in column '{column}' has a pixel of class {label}; whole numbers from 0 to 254 were " +
                $"expected, or {ignored} for none.");
        }

        return byte.CreateTruncating(value);
    }
}
