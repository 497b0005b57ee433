# The reference shop, in place of your own: docker build --file deploy/django.Dockerfile .
FROM python:3.13-slim
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/app/pictures
COPY django/requirements*.txt ./
RUN pip install --no-cache-dir --requirement requirements.txt --requirement requirements-oauth.txt
COPY django .
COPY mocks/world.json .
COPY mocks/pictures pictures
USER 65534
EXPOSE 8000
CMD ["python", "-m", "waitress", "--listen=0.0.0.0:8000", "project.wsgi:application"]
