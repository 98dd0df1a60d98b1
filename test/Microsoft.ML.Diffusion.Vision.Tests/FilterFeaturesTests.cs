using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Features;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Tests;

public class FilterFeaturesTests
{
    [Fact]
    public void There_are_36_numbers_a_channel()
    {
        Assert.Equal(36, new FilterFeatures(1).Count);
        Assert.Equal(108, new FilterFeatures(3).Count);
    }

    [Fact]
    public void A_slope_has_its_gradient_and_no_curvature_in_the_middle()
    {
        const int Size = 64, Middle = (32 * Size) + 32;
        float[] pixels = [.. Enumerable.Range(0, Size * Size).Select(i => ((2 * (i / Size)) + (i % Size)) / 200f)];
        var filters = new FilterFeatures(1);
        float[] features = new float[Size * Size * 36];
        filters.Compute(new Picture(Size, Size, 1, pixels), features);
        ReadOnlySpan<float> own = features.AsSpan(Middle * 36, 36);
        Assert.Equal(pixels[Middle], own[0]);
        for (int scale = 0; scale < 3; scale++)
        {
            ReadOnlySpan<float> at = own.Slice(1 + (7 * scale), 7);
            Assert.Equal(pixels[Middle], at[0], 1e-4f);
            Assert.Equal(Math.Sqrt(5) / 200, at[1], scale == 0 ? 1e-3 : 2e-4);
            for (int i = 2; i < 5; i++)
                Assert.Equal(0, at[i], 1e-4f);
            // The structure tensor of a slope has one eigenvalue, the square of the gradient.
            Assert.Equal(at[1] * at[1], at[5], 1e-5f);
            Assert.Equal(0, at[6], 1e-5f);
        }
    }

    [Theory]
    [InlineData(5, 37)]
    [InlineData(1, 3)]
    [InlineData(33, 8)]
    public void A_picture_on_its_side_has_the_same_numbers(int height, int width)
    {
        var picture = new Picture(height, width, 3, new float[height * width * 3]);
        new Philox(7).FillUniform(picture.Pixels);
        var turned = new Picture(width, height, 3, new float[picture.Pixels.Length]);
        for (int i = 0; i < picture.Pixels.Length; i++)
        {
            int pixel = i / 3;
            turned.Pixels[(((pixel % width * height) + (pixel / width)) * 3) + (i % 3)] = picture.Pixels[i];
        }

        var filters = new FilterFeatures(3);
        float[] upright = new float[picture.Count * 108], lying = new float[upright.Length];
        filters.Compute(picture, upright);
        filters.Compute(turned, lying);
        for (int i = 0; i < upright.Length; i++)
        {
            int pixel = i / 108;
            Assert.Equal(upright[i], lying[(((pixel % width * height) + (pixel / width)) * 108) + (i % 108)], 2e-5f);
        }
    }

    [Fact]
    public void Pictures_of_other_channels_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FilterFeatures(2));
        Assert.Throws<ArgumentException>(() => new FilterFeatures(1).Compute(new Picture(1, 1, 3, new float[3]), new float[36]));
    }
}
