using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tables;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>How pictures lie in a column.</summary>
/// <param name="IsImage">Whether values are images; otherwise they are vectors of numbers.</param>
/// <param name="Height">Lines; 0 where only an image will tell.</param>
/// <param name="Width">Pixels of a line; 0 where only an image will tell.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="IsInterleaved">Whether the channels of a pixel lie side by side in a vector.</param>
/// <param name="White">The number of a fully bright channel; 0 where only the numbers will tell.</param>
internal sealed record PictureForm(bool IsImage, int Height, int Width, int Channels, bool IsInterleaved, float White)
{
    /// <summary>The number of a fully bright channel in bytes.</summary>
    public const float ByteWhite = byte.MaxValue;

    private const int MostSide = 1 << 16;

    /// <summary>Finds it out from the type of a column and from options.</summary>
    /// <param name="column">The column.</param>
    /// <param name="hints">What options say.</param>
    /// <exception cref="ArgumentException">The column holds no pictures, or the options contradict its type.</exception>
    public static PictureForm Find(DataViewSchema.Column column, PictureHints hints)
    {
        if (column.Type is ImageDataViewType image)
        {
            int height = Agreed(hints.Height, image.Height, "Height"), width = Agreed(hints.Width, image.Width, "Width");
            return new PictureForm(true, height, width, hints.Channels ?? 3, IsInterleaved: true, ByteWhite);
        }

        if (column.Type is not VectorDataViewType { IsKnownSize: true } vector || !IsPixel(vector.ItemType))
            throw Refusal(column);
        (int? Height, int? Width, int? Channels, bool? IsInterleaved) found = Dimensions(vector, hints);
        int? lines = found.Height ?? hints.Height, pixels = found.Width ?? hints.Width, channels = found.Channels ?? hints.Channels;
        if (lines is null || pixels is null || channels is null)
        {
            throw ColumnRefusal.Of($"Column '{column.Name}' is {ColumnTypes.Describe(vector)}, which says nothing of lines, pixels of a " +
                "line and channels: set the options Height, Width and Channels.");
        }

        if (channels is not (1 or 3))
        {
            throw ColumnRefusal.Of(
                $"Column '{column.Name}' is {ColumnTypes.Describe(vector)}, with pictures of {channels} channels; 1 (grey) or 3 (red, " +
                "green, blue) were expected.");
        }

        foreach ((int? option, int size, string name) in new[]
        {
            (hints.Height, lines.Value, "Height"), (hints.Width, pixels.Value, "Width"), (hints.Channels, channels.Value, "Channels"),
        })
        {
            _ = Agreed(option, size, name);
        }

        if ((long)lines.Value * pixels.Value * channels.Value != vector.Size)
        {
            throw ColumnRefusal.Of(
                $"Column '{column.Name}' is {ColumnTypes.Describe(vector)}, and {lines} x {pixels} pixels of {channels} channels are " +
                $"{(long)lines.Value * pixels.Value * channels.Value} numbers.");
        }

        float white = vector.ItemType.RawType == typeof(byte) ? ByteWhite : hints.White ?? 0;
        bool isInterleaved = found.IsInterleaved ?? hints.IsInterleaved ?? false;
        return new PictureForm(false, lines.Value, pixels.Value, channels.Value, isInterleaved, white);

        int Agreed(int? option, int size, string name) => option is null || size == 0 || option == size ? option ?? size :
            throw ColumnRefusal.Of($"The option {name} is {option}, and column '{column.Name}' has {size}.");
    }

    /// <summary>Refuses a column that has another form than the one that was learned from.</summary>
    /// <exception cref="ArgumentException">It has.</exception>
    public void Check(DataViewSchema.Column column)
    {
        if (IsImage != column.Type is ImageDataViewType)
        {
            throw ColumnRefusal.Of(
                $"Column '{column.Name}' is {ColumnTypes.Describe(column.Type)}; {Expected} was expected, as in training.");
        }

        PictureForm other = Find(column, new PictureHints(null, null, null, null, null) with
        {
            Height = IsFlat(column) ? Height : null,
            Width = IsFlat(column) ? Width : null,
            Channels = IsFlat(column) || IsImage ? Channels : null,
            IsInterleaved = IsInterleaved,
        });
        bool isSame = (other.Height == 0 || other.Height == Height) && (other.Width == 0 || other.Width == Width)
            && other.Channels == Channels && other.IsInterleaved == IsInterleaved;
        if (!isSame)
        {
            throw ColumnRefusal.Of($"Column '{column.Name}' has pictures of {other.Height} x {other.Width} pixels and {other.Channels} " +
                $"channels{(other.IsInterleaved == IsInterleaved ? "" : ", in another order")}; {Expected} was expected, as in training.");
        }
    }

    /// <summary>Makes a picture of the numbers of a row.</summary>
    /// <param name="raw">What was read.</param>
    /// <exception cref="InvalidDataException">It is of another size, or a number is missing.</exception>
    public Picture ToPicture(RawPicture raw)
    {
        if (raw.Height != Height || raw.Width != Width)
        {
            throw new InvalidDataException($"An image has {raw.Height} x {raw.Width} pixels (lines x pixels of a line), and {Height} x " +
                $"{Width} were expected: resize all images to one size first, such as by ml.Transforms.ResizeImages.");
        }

        float[] pixels = new float[raw.Values.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Math.Clamp(raw.Values[i] / White, 0, 1);
            if (float.IsNaN(pixels[i]))
                throw new InvalidDataException("A pixel of a picture is NaN; numbers were expected.");
        }

        return new Picture(Height, Width, Channels, pixels);
    }

    /// <summary>Writes it.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(IsImage);
        writer.Write(Height);
        writer.Write(Width);
        writer.Write(Channels);
        writer.Write(IsInterleaved);
        writer.Write(White);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static PictureForm ReadFrom(BinaryReader reader)
    {
        var form = new PictureForm(
            reader.ReadBoolean(), reader.ReadBetween(1, MostSide, "the height"), reader.ReadBetween(1, MostSide, "the width"),
            reader.ReadBetween(1, 3, "the number of channels"), reader.ReadBoolean(), reader.ReadSingle());
        CheckedReading.Require(form.Channels != 2 && form.White > 0 && float.IsFinite(form.White), "its pictures make no sense");
        return form;
    }

    private string Expected => IsImage ? "an image" : $"a vector of {Channels} x {Height} x {Width} numbers";

    /// <summary>Whether the type of a column says how many numbers there are, and nothing of their order.</summary>
    private static bool IsFlat(DataViewSchema.Column column) => column.Type is VectorDataViewType { Dimensions.Length: not (2 or 3) };

    private static bool IsPixel(DataViewType type) =>
        type is NumberDataViewType && (type.RawType == typeof(float) || type.RawType == typeof(byte));

    /// <summary>What the dimensions of a vector say.</summary>
    private static (int? Height, int? Width, int? Channels, bool? IsInterleaved) Dimensions(VectorDataViewType vector, PictureHints hints)
    {
        if (vector.Dimensions.Length == 2)
            return (vector.Dimensions[0], vector.Dimensions[1], 1, null);
        if (vector.Dimensions.Length != 3)
            return default;
        (int first, int last) = (vector.Dimensions[0], vector.Dimensions[2]);
        bool isInterleaved = hints.IsInterleaved ?? (first is not (1 or 3) && last is 1 or 3);
        return isInterleaved
            ? (first, vector.Dimensions[1], last, true)
            : (vector.Dimensions[1], last, first, false);
    }

    private static ArgumentException Refusal(DataViewSchema.Column column) => ColumnRefusal.Of(
        $"Column '{column.Name}' is {ColumnTypes.Describe(column.Type)}, which is no picture; an MLImage, or a vector of Single or Byte " +
        "with a known size, was expected.");
}
